//! Numbers as people read them: sizes in binary units, rates in decimal ones, counts in groups of three.

use std::time::Duration;

/// A size: `0 B`, `1023 B`, `1.5 MiB`, `256 MiB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    scaled(bytes as f64, 1024.0, &UNITS)
}

/// A rate: `0 B/s`, `870 MB/s`, `12.4 GB/s`.
#[must_use]
pub fn rate(bytes_per_second: f64) -> String {
    const UNITS: [&str; 5] = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"];
    scaled(bytes_per_second, 1000.0, &UNITS)
}

/// A count in full: `12,345`.
#[must_use]
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count where room is short: in full up to 99,999, then `123 k`, `4.56 M`.
#[must_use]
pub fn short_count(n: u64) -> String {
    const UNITS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
    if n < 100_000 { count(n) } else { scaled(n as f64, 1000.0, &UNITS) }
}

/// A share of one: `0 %`, `0.3 %`, `97.5 %`, `100 %`. Only a full share reads `100 %`, only none reads `0 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 };
    if percent == 0.0 || percent == 100.0 {
        return format!("{percent:.0} %");
    }
    format!("{:.1} %", percent.clamp(0.1, 99.9))
}

/// A time: `0 s`, `850 ns`, `12.5 us`, `3.2 ms`, `4.1 s`, `5 min`, `2 min 05 s`, `3 h 20 min`.
#[must_use]
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 3600 {
        return format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
    }
    if seconds >= 60 && seconds.is_multiple_of(60) {
        return format!("{} min", seconds / 60);
    }
    if seconds >= 60 {
        return format!("{} min {:02} s", seconds / 60, seconds % 60);
    }
    if time.is_zero() {
        return "0 s".to_owned();
    }
    scaled(time.as_nanos() as f64, 1000.0, &["ns", "us", "ms", "s"])
}

/// Three significant digits and the unit that fits, never more than four digits before it.
fn scaled(value: f64, step: f64, units: &[&str]) -> String {
    let mut value = if value.is_finite() { value.max(0.0) } else { 0.0 };
    let mut unit_idx = 0;
    // A value that would be rounded up to the next unit is written in it: 999.7 k is 1 M.
    while value.round() >= step && unit_idx + 1 < units.len() {
        value /= step;
        unit_idx += 1;
    }
    let decimals = match value {
        _ if unit_idx == 0 => 0,
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    let mut number = format!("{value:.decimals$}");
    if number.contains('.') {
        number.truncate(number.trim_end_matches('0').trim_end_matches('.').len());
    }
    let unit = units.get(unit_idx).copied().unwrap_or_default();
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits_and_a_unit() {
        let cases = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (256 << 20, "256 MiB"),
            ((1 << 20) - 1, "1 MiB"),
            (u64::MAX, "16 EiB"),
        ];
        for (value, text) in cases {
            assert_eq!(bytes(value), text);
        }
    }

    #[test]
    fn rates_are_decimal_and_never_broken_numbers() {
        assert_eq!(rate(12_400_000_000.0), "12.4 GB/s");
        assert_eq!(rate(999.6), "1 kB/s");
        assert_eq!(rate(f64::NAN), "0 B/s");
        assert_eq!(rate(-1.0), "0 B/s");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(short_count(99_999), "99,999");
        assert_eq!(short_count(100_000_000), "100 M");
    }

    #[test]
    fn almost_all_is_not_all() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.000_01), "0.1 %");
        assert_eq!(percent(0.999_99), "99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(f64::NAN), "0 %");
    }

    #[test]
    fn times_pick_their_unit() {
        assert_eq!(duration(Duration::ZERO), "0 s");
        assert_eq!(duration(Duration::from_nanos(850)), "850 ns");
        assert_eq!(duration(Duration::from_micros(12_500)), "12.5 ms");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!(duration(Duration::from_secs(300)), "5 min");
        assert_eq!(duration(Duration::from_secs(12_000)), "3 h 20 min");
    }
}
