//! A small symmetric matrix, and what a fit needs of it.
#![expect(clippy::indexing_slicing, reason = "row and column are below the size")]

/// A square matrix, row after row.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    pub(super) size: usize,
    pub(super) cells: Vec<f64>,
}

/// The lower triangle L of L L' = a positive definite matrix.
pub(super) struct Cholesky(Matrix);

/// A pivot below this share of its diagonal cell is what rounding leaves of 0.
const LEAST_PIVOT: f64 = 1e-13;

impl Matrix {
    pub(super) fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// Adds weight x row x row'.
    pub(super) fn add_square(&mut self, row: &[f64], weight: f64) {
        for (line, left) in self.cells.chunks_exact_mut(self.size).zip(row) {
            let left = left * weight;
            for (cell, right) in line.iter_mut().zip(row) {
                *cell += left * right;
            }
        }
    }

    /// None, where the matrix is not positive definite, or hardly.
    pub(super) fn cholesky(&self) -> Option<Cholesky> {
        let size = self.size;
        let mut lower = Self::zero(size);
        for row in 0..size {
            for column in 0..=row {
                let (left, right) = (
                    &lower.cells[row * size..row * size + column],
                    &lower.cells[column * size..column * size + column],
                );
                let rest = self.cells[row * size + column]
                    - left.iter().zip(right).map(|(left, right)| left * right).sum::<f64>();
                if row == column {
                    let is_positive = rest > self.cells[row * size + row] * LEAST_PIVOT && rest > 0.0;
                    lower.cells[row * size + row] = if is_positive { rest.sqrt() } else { return None };
                } else {
                    lower.cells[row * size + column] = rest / lower.cells[column * size + column];
                }
            }
        }
        Some(Cholesky(lower))
    }
}

impl Cholesky {
    /// x of L x = right.
    pub(super) fn half_solve(&self, right: &[f64]) -> Vec<f64> {
        let (size, lower) = (self.0.size, &self.0.cells);
        let mut x = right.to_vec();
        for row in 0..size {
            let known: f64 = lower[row * size..row * size + row].iter().zip(&x).map(|(lower, x)| lower * x).sum();
            x[row] = (x[row] - known) / lower[row * size + row];
        }
        x
    }

    /// x of L L' x = right.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (size, lower) = (self.0.size, &self.0.cells);
        let mut x = self.half_solve(right);
        for row in (0..size).rev() {
            let known: f64 = (row + 1..size).map(|below| lower[below * size + row] * x[below]).sum();
            x[row] = (x[row] - known) / lower[row * size + row];
        }
        x
    }

    pub(super) fn inverse(&self) -> Matrix {
        let size = self.0.size;
        let unit = |column: usize| (0..size).map(|row| f64::from(u8::from(row == column))).collect::<Vec<_>>();
        Matrix { size, cells: (0..size).flat_map(|column| self.solve(&unit(column))).collect() }
    }

    pub(super) fn log_determinant(&self) -> f64 {
        (0..self.0.size).map(|row| self.0.cells[row * self.0.size + row].ln()).sum::<f64>() * 2.0
    }
}
