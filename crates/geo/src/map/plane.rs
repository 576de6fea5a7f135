//! Points and boxes on the paper, and which boxes are still free.

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// A box beside something, and on which of its sides its text is close to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) rect: Rect,
    pub(super) side: Side,
}

/// Where a text begins in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Start,
    Middle,
    End,
}

/// What is taken on the paper, and by what a text had better not be crossed.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) frame: Rect,
    pub(super) taken: Vec<Rect>,
    pub(super) lines: Vec<(Point, Point)>,
}

/// How many rings of eight places around where a mark belongs are looked at before the rest of the map.
const RINGS: u8 = 12;

impl Point {
    pub(super) fn distance(self, to: Self) -> f64 {
        (to.x - self.x).hypot(to.y - self.y)
    }

    /// The place at a share of the way to another one.
    pub(super) fn towards(self, to: Self, share: f64) -> Self {
        Self { x: self.x + share * (to.x - self.x), y: self.y + share * (to.y - self.y) }
    }
}

impl Rect {
    pub(super) fn around(centre: Point, w: f64, h: f64) -> Self {
        Self { x: centre.x - w / 2.0, y: centre.y - h / 2.0, w, h }
    }

    pub(super) fn centre(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    pub(super) fn grown(self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    pub(super) fn right(self) -> f64 {
        self.x + self.w
    }

    pub(super) fn bottom(self) -> f64 {
        self.y + self.h
    }

    pub(super) fn holds(self, at: Point) -> bool {
        (self.x..=self.right()).contains(&at.x) && (self.y..=self.bottom()).contains(&at.y)
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The point of the box that is closest to a point.
    pub(super) fn closest(self, to: Point) -> Point {
        Point { x: to.x.clamp(self.x, self.right()), y: to.y.clamp(self.y, self.bottom()) }
    }

    /// Where the way from a point within the box to one outside leaves it.
    pub(super) fn exit(self, from: Point, to: Point) -> Point {
        let share = |from: f64, to: f64, low: f64, high: f64| {
            if to > high {
                (high - from) / (to - from)
            } else if to < low {
                (low - from) / (to - from)
            } else {
                1.0
            }
        };
        let x = share(from.x, to.x, self.x, self.right());
        let y = share(from.y, to.y, self.y, self.bottom());
        self.closest(from.towards(to, x.min(y).clamp(0.0, 1.0)))
    }

    /// Boxes of one size all over it, so many of them side by side.
    pub(super) fn boxes(self, w: f64, h: f64, across: u8) -> impl Iterator<Item = Self> {
        let step = self.w / f64::from(across);
        let steps = move |from: f64, to: f64| {
            core::iter::successors(Some(from), move |at| Some(at + step)).take_while(move |at| *at <= to)
        };
        let ys = steps(self.y, self.bottom() - h);
        ys.flat_map(move |y| steps(self.x, self.right() - w).map(move |x| Self { x, y, w, h }))
    }

    /// Whether a line from one point to another crosses the box, by halving it until it is shorter than two units.
    fn crossed_by(self, (one, other): (Point, Point)) -> bool {
        let around = Self {
            x: one.x.min(other.x),
            y: one.y.min(other.y),
            w: (one.x - other.x).abs().max(0.01),
            h: (one.y - other.y).abs().max(0.01),
        };
        if !self.meets(around) {
            return false;
        }
        if self.holds(one) || self.holds(other) || one.distance(other) < 2.0 {
            return true;
        }
        let middle = one.towards(other, 0.5);
        self.crossed_by((one, middle)) || self.crossed_by((middle, other))
    }
}

impl Room {
    pub(super) fn is_free(&self, rect: Rect) -> bool {
        self.frame.contains(rect) && !self.taken.iter().any(|taken| taken.meets(rect))
    }

    /// The free place for a mark that is close to where it belongs; there, if the map is full.
    pub(super) fn near(&self, at: Point, w: f64, h: f64) -> Point {
        let rings = (0..=RINGS).flat_map(|ring| (0..8u8).map(move |eighth| (f64::from(ring), f64::from(eighth))));
        let around = rings.map(|(ring, eighth)| {
            let (sin, cos) = (eighth * core::f64::consts::FRAC_PI_4).sin_cos();
            Point { x: at.x + ring * 4.0 * cos, y: at.y - ring * 4.0 * sin }
        });
        let nearby = around.into_iter().find(|centre| self.is_free(Rect::around(*centre, w, h)));
        let anywhere = || {
            let free = self.frame.boxes(w, h, 70).filter(|rect| self.is_free(*rect)).map(Rect::centre);
            free.min_by(|a, b| at.distance(*a).total_cmp(&at.distance(*b)))
        };
        nearby.or_else(anywhere).unwrap_or(at)
    }

    /// The best free box beside a mark: first on its right, then left, below and above, then at its corners; one that no line crosses
    /// and that is close to no other mark before one that is.
    pub(super) fn beside(&self, mark: Rect, w: f64, h: f64) -> Option<Spot> {
        let gap = 4.0;
        let Point { x, y } = mark.centre();
        let (right, left) = (mark.right() + gap, mark.x - gap - w);
        let (above, below) = (mark.y - gap - h, mark.bottom() + gap);
        let spots = [
            (right, y - h / 2.0, Side::Start),
            (left, y - h / 2.0, Side::End),
            (x - w / 2.0, below, Side::Middle),
            (x - w / 2.0, above, Side::Middle),
            (mark.x, below, Side::Start),
            (mark.x, above, Side::Start),
            (mark.right() - w, below, Side::End),
            (mark.right() - w, above, Side::End),
            (mark.right() - gap, above + gap, Side::Start),
            (mark.right() - gap, below - gap, Side::Start),
            (mark.x + gap - w, above + gap, Side::End),
            (mark.x + gap - w, below - gap, Side::End),
        ];
        let free = spots.map(|(x, y, side)| Spot { rect: Rect { x, y, w, h }, side });
        let free = free.into_iter().filter(|spot| self.is_free(spot.rect));
        free.min_by_key(|spot| 2 * self.crossings(spot.rect) + self.close_to(spot.rect))
    }

    /// The free box closest to a point, anywhere on the map.
    pub(super) fn anywhere(&self, near: Point, w: f64, h: f64) -> Option<Spot> {
        let all = self.frame.boxes(w, h, 70);
        let free = all.filter(|rect| self.is_free(*rect)).map(|rect| (rect, self.badness(rect, near)));
        let (rect, _) = free.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Spot { rect, side: if rect.x > near.x { Side::Start } else { Side::End } })
    }

    /// How far a text is from its mark, and more if it is close to something else, or its way to the mark crosses something.
    fn badness(&self, rect: Rect, near: Point) -> f64 {
        let leader = (rect.closest(near), near);
        let crossed = count(self.taken.iter().filter(|taken| taken.crossed_by(leader)));
        let bad = f64::from(self.close_to(rect) + crossed);
        near.distance(leader.0) + 40.0 * f64::from(self.crossings(rect)) + 25.0 * bad
    }

    /// By how many lines a box is crossed.
    pub(super) fn crossings(&self, rect: Rect) -> u16 {
        count(self.lines.iter().filter(|line| rect.crossed_by(**line)))
    }

    /// How many things a box is so close to that it could belong to them.
    fn close_to(&self, rect: Rect) -> u16 {
        count(self.taken.iter().filter(|taken| taken.meets(rect.grown(8.0))))
    }
}

/// More than some thousands make no difference.
fn count<T>(all: impl Iterator<Item = T>) -> u16 {
    u16::try_from(all.take(4_000).count()).unwrap_or(u16::MAX)
}
