//! What has to happen to one list so that it becomes another.

/// One step from a list to another, by indices.
pub(super) enum Step {
    /// The old element stays.
    Keep(usize),
    /// The old element becomes the new one.
    Change(usize, usize),
    /// The old element goes.
    Remove(usize),
    /// The new element comes.
    Add(usize),
}

/// The fewest steps from one list to another; what is between two kept elements is changed in pairs.
pub(super) fn align(old: usize, new: usize, same: impl Fn(usize, usize) -> bool) -> Vec<Step> {
    // Most lists differ in few places: what is the same at both ends is not compared with all else.
    let shorter = old.min(new);
    let begin = (0..shorter).take_while(|i| same(*i, *i)).count();
    let end = (1..=shorter - begin).take_while(|i| same(old - i, new - i)).count();
    let between = align_between(old - begin - end, new - begin - end, |o, n| same(begin + o, begin + n));
    let moved = between.into_iter().map(|step| match step {
        Step::Keep(o) => Step::Keep(begin + o),
        Step::Change(o, n) => Step::Change(begin + o, begin + n),
        Step::Remove(o) => Step::Remove(begin + o),
        Step::Add(n) => Step::Add(begin + n),
    });
    (0..begin).map(Step::Keep).chain(moved).chain((old - end..old).map(Step::Keep)).collect()
}

fn align_between(old: usize, new: usize, same: impl Fn(usize, usize) -> bool) -> Vec<Step> {
    // Longest common subsequence; for lists that no person wrote, in their order.
    let small = old.saturating_mul(new) <= 1 << 20;
    let width = new + 1;
    let mut best = vec![0u32; if small { (old + 1) * width } else { 0 }];
    if small {
        for o in (0..old).rev() {
            for n in (0..new).rev() {
                let longest = best[(o + 1) * width + n].max(best[o * width + n + 1]);
                best[o * width + n] = if same(o, n) { best[(o + 1) * width + n + 1] + 1 } else { longest };
            }
        }
    }
    let mut steps = Vec::new();
    let (mut o, mut n) = (0, 0);
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    while o < old || n < new {
        if o < old && n < new && same(o, n) {
            pair(&mut steps, &mut gone, &mut come);
            steps.push(Step::Keep(o));
            (o, n) = (o + 1, n + 1);
        } else if o < old && (n >= new || if small { best[(o + 1) * width + n] >= best[o * width + n + 1] } else { o <= n }) {
            gone.push(o);
            o += 1;
        } else {
            come.push(n);
            n += 1;
        }
    }
    pair(&mut steps, &mut gone, &mut come);
    steps
}

fn pair(steps: &mut Vec<Step>, gone: &mut Vec<usize>, come: &mut Vec<usize>) {
    let both = gone.len().min(come.len());
    steps.extend(gone.iter().zip(come.iter()).map(|(o, n)| Step::Change(*o, *n)));
    steps.extend(gone.drain(..).skip(both).map(Step::Remove));
    steps.extend(come.drain(..).skip(both).map(Step::Add));
}
