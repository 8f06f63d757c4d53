//! Pseudo-random numbers from a seed: xoshiro256**, seeded by SplitMix64.
//!
//! Written from the descriptions: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM
//! Transactions on Mathematical Software 47 (2021), and G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom
//! number generators", OOPSLA 2014. Numbers below a bound come by multiplication (D. Lemire, "Fast random integer
//! generation in an interval", 2019, without the rejection step: a bias below 2⁻³² does not matter to a search).
//!
//! Also whether to take a worsening, in integers: [`Chance`] holds 2^(−x) as fixed-point numbers made by repeated square
//! roots, so that no floating-point library can make two machines differ.

/// A generator; not for secrets.
#[derive(Clone, Debug)]
pub struct Dice {
    state: [u64; 4],
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        let mut at = seed;
        let state = std::array::from_fn(|_| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = at;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        });
        Dice { state }
    }

    #[inline]
    pub fn draw(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number from 0 to `bound` − 1; 0 when `bound` is 0. Bounds beyond 2³² are cut to it.
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::from(crate::num::id(bound));
        // The product of two numbers below 2³² keeps the upper half below `bound`, which came from a `usize`.
        (((self.draw() >> 32) * bound) >> 32) as u32 as usize
    }

    /// One of the items.
    #[inline]
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Puts the items in a random order (Fisher and Yates; Durstenfeld 1964).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

const FRACTIONS: usize = 256;
/// Temperatures are in 1/256 of a unit of cost.
pub const FINE: i64 = 256;

/// Whether to take a worsening, at a temperature (Metropolis et al. 1953), in base 2: a worsening of one *halving* is
/// taken half of the time, of two a quarter.
#[derive(Clone, Debug)]
pub struct Chance {
    /// 2³² · 2^(−k/256).
    powers: [u64; FRACTIONS + 1],
    /// The halvings, in 1/256 of a unit of cost.
    schedule: Schedule,
    /// For each of so many equal chances, how many 1/256 of a halving a worsening may be that is taken at it.
    most: Vec<i64>,
}

/// Chances told apart by [`Chance::most`] at once, 2⁻¹² each; what is rarer is drawn again, 12 halvings further.
const CHANCES: usize = 1 << 12;
const CHANCE_BITS: i64 = 12;

/// Numbers of a schedule: a power of two, so that halving the interval ends at neighbours.
const SCHEDULE: usize = 1024;

/// What changes geometrically while the budget is spent.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// At each thousandth of the budget and a little beyond.
    numbers: Vec<i64>,
}

impl Schedule {
    /// From `first` to `last`, both at least 1 and at most 2³⁸.
    pub fn new(first: i64, last: i64) -> Schedule {
        // 24 bits more while the roots are drawn, so that small neighbours still differ.
        let scaled = |v: i64| u64::try_from(v.clamp(1, 1 << 38)).unwrap_or(1) << 24;
        let mut raw = vec![0u64; SCHEDULE + 1];
        raw[0] = scaled(first);
        raw[SCHEDULE] = scaled(last);
        fill_geometric(&mut raw);
        Schedule { numbers: raw.iter().map(|v| i64::try_from((v >> 24).max(1)).unwrap_or(1)).collect() }
    }

    /// When `spent` thousandths are spent.
    pub fn at(&self, spent: u32) -> i64 {
        let at = (spent as usize * SCHEDULE / crate::budget::WHOLE as usize).min(SCHEDULE);
        self.numbers[at]
    }
}

impl Chance {
    /// A schedule that falls geometrically from `first` to `last`, both in 1/256 of a unit of cost and at least 1.
    pub fn new(first: i64, last: i64) -> Chance {
        let mut powers = [0u64; FRACTIONS + 1];
        powers[0] = 1 << 32;
        powers[FRACTIONS] = 1 << 31;
        fill_geometric(&mut powers);
        let of = |chance: usize| (chance as u64 * 2 + 1) << 19;
        // The powers fall: the first of those not above the chance.
        let most = |chance: usize| {
            let whole = of(chance).leading_zeros() as usize - 32;
            let scaled = of(chance) << whole;
            crate::num::cost(whole * FRACTIONS + powers.partition_point(|power| *power > scaled))
        };
        let most = (0..CHANCES).map(most).collect();
        Chance { powers, schedule: Schedule::new(first, last), most }
    }

    /// The most that a move may worsen the cost by to be taken, drawn so that each worsening is taken as often as
    /// [`Chance::takes`] would: 2^(−worsening/halving).
    #[inline]
    pub fn most(&self, halving: i64, dice: &mut Dice) -> i64 {
        let mut halvings = 0;
        loop {
            match dice.below(CHANCES) {
                0 if halvings < 3 * CHANCE_BITS * FINE => halvings += CHANCE_BITS * FINE,
                chance => return (halvings + self.most[chance]).saturating_mul(halving) / (FINE * FINE),
            }
        }
    }

    /// The halving when `spent` thousandths are spent, in 1/256 of a unit of cost.
    pub fn halving(&self, spent: u32) -> i64 {
        self.schedule.at(spent)
    }

    /// Whether to take a move that worsens the cost by `worse`.
    #[inline]
    pub fn takes(&self, worse: i64, halving: i64, dice: &mut Dice) -> bool {
        if worse <= 0 {
            return true;
        }
        // In 1/256 of a halving; beyond 32 halvings the chance is less than one in 2³².
        let x = worse.saturating_mul(FINE).saturating_mul(FINE) / halving;
        let Ok(x) = usize::try_from(x) else { return false };
        let whole = x / FRACTIONS;
        whole < 32 && (dice.draw() >> 32) < (self.powers[x % FRACTIONS] >> whole)
    }
}

/// Fills in between the first and the last so that each number is the geometric mean of its neighbours.
fn fill_geometric(numbers: &mut [u64]) {
    let mut step = numbers.len() - 1;
    while step > 1 {
        let half = step / 2;
        for left in (0..numbers.len() - 1).step_by(step) {
            let product = u128::from(numbers[left]) * u128::from(numbers[left + step]);
            numbers[left + half] = u64::try_from(product.isqrt()).unwrap_or(u64::MAX);
        }
        step = half;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_numbers() {
        // SplitMix64 from 1234567 gives these by its published test values; they are the state of xoshiro256**.
        assert_eq!(Dice::new(1_234_567).state[..2], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        // The first outputs of xoshiro256** from the state 1, 2, 3, 4, as the recurrence gives them by hand.
        let mut dice = Dice { state: [1, 2, 3, 4] };
        assert_eq!([dice.draw(), dice.draw(), dice.draw()], [11_520, 0, 1_509_978_240]);
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all() {
        let mut dice = Dice::new(1);
        let mut seen = [0; 7];
        for _ in 0..7000 {
            seen[dice.below(7)] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.one_of::<u8>(&[]), None);
    }

    #[test]
    fn a_worsening_of_one_halving_is_taken_half_of_the_time() {
        let chance = Chance::new(100 * FINE, FINE);
        let mut dice = Dice::new(2);
        let mut taken = |worse: i64| (0..10_000).filter(|_| chance.takes(worse, 100 * FINE, &mut dice)).count();
        assert!((4_800..5_200).contains(&taken(100)));
        assert!((2_350..2_650).contains(&taken(200)));
        assert_eq!(taken(0), 10_000);
        assert_eq!(taken(1 << 60), 0);
    }

    #[test]
    fn the_schedule_falls_geometrically() {
        let chance = Chance::new(64 * FINE, FINE);
        assert_eq!([0, 500, 1000, 5000].map(|at| chance.halving(at)), [64 * FINE, 8 * FINE, FINE, FINE]);
        assert!(chance.schedule.numbers.is_sorted_by(|a, b| a >= b));
    }
}
