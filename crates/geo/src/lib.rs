//! Places, boundaries, roads and travel times, and the situation map as SVG.
//!
//! Pure: text and numbers in, text and numbers out; no clock, file or socket. Coordinates are degrees on WGS 84.
//!
//! ```
//! use keng_geo::map::{Area, Extent, Mark, Post, SituationMap, Site, Words};
//! use keng_geo::{Boundaries, Position};
//!
//! let wards = r#"{
//!     "type": "Feature", "id": "10675", "properties": { "name": "Kinh Môn" },
//!     "geometry": { "type": "Polygon", "coordinates": [[[106.52, 20.96], [106.56, 20.96], [106.56, 21.0], [106.52, 21.0], [106.52, 20.96]]] }
//! }"#;
//! let wards = Boundaries::read(wards.as_bytes(), "name")?;
//! let (shop, police) = (Position::new(20.9734, 106.5397)?, Position::new(20.9825, 106.5379)?);
//! assert_eq!(wards.holding(shop).map(|ward| ward.name()), Some("Kinh Môn"));
//! assert_eq!(shop.distance_m(police).round(), 1029.0); // the geodesic on WGS 84 is 1,024.8 m
//! assert_eq!(shop.bearing_deg(police).round(), 350.0);
//!
//! let svg = SituationMap {
//!     site: Site { name: "Gold shop <Sen>", position: shop, mark: Some(Mark::HoldUp) },
//!     posts: vec![Post { name: "Police of Kinh Môn ward", position: police, travel: None }],
//!     areas: wards.iter().map(|ward| Area { boundary: ward, name: ward.name() }).collect(),
//!     ..SituationMap::new(shop)
//! }
//! .svg(&Words::EN);
//! assert!(svg.starts_with("<svg ") && svg.contains("Gold shop &lt;Sen&gt;") && svg.contains("1.0 km"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod boundary;
pub mod map;
pub mod osm;
mod position;
pub mod road;
pub mod travel;
mod vehicle;

pub use boundary::{Boundaries, Boundary};
pub use position::{MEAN_RADIUS_M, OutOfRange, Position};
pub use vehicle::{BadTable, Vehicle, Vehicles};
