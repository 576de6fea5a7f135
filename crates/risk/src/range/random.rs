//! Random numbers that depend on nothing but what they are for: the same for any order and any number of threads.

/// A number of 64 bits from a seed and two counters (the finalizer of SplitMix64, three times over).
pub(crate) fn bits(seed: u64, stream: u64, index: u64) -> u64 {
    mix(mix(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)) ^ stream).wrapping_add(0xd1b5_4a32_d192_ed03) ^ index)
}

/// Between 0 and 1, neither of them.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
pub(crate) fn uniform(seed: u64, stream: u64, index: u64) -> f64 {
    ((bits(seed, stream, index) >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

/// Standard normal.
pub(crate) fn normal(seed: u64, stream: u64, index: u64) -> f64 {
    quantile(uniform(seed, stream, index))
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The quantile of the standard normal distribution, by Acklam's rational approximation: relative error below 1.2e-9.
fn quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    const LOW: f64 = 0.02425;
    let horner = |all: &[f64], x: f64| all.iter().fold(0.0, |sum, next| sum * x + next);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        horner(&C, q) / horner(&D, q)
    };
    if p < LOW {
        tail(p)
    } else if p > 1.0 - LOW {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        q * horner(&A, q * q) / horner(&B, q * q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_agrees_with_tables() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.05, -1.644_853_626_951_472_2),
            (0.001, -3.090_232_306_167_813),
        ] {
            assert!((quantile(p) - z).abs() < 1e-8, "{p}: {}", quantile(p));
        }
    }

    #[test]
    fn draws_are_spread_as_they_should_be() {
        let draws: Vec<f64> = (0..100_000).map(|index| normal(1, 2, index)).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}
