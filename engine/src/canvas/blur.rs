//! Gaussian blurs: a true one where it is small, else three boxes (Filter Effects 1, section 9.5; Skia's windows).

/// Largest standard deviation, px.
pub const MAX_SIGMA: f64 = 532.0;

/// How far a blur reaches, px.
pub fn reach(sigma: f64) -> u32 {
    (sigma.min(MAX_SIGMA) * 3.0).ceil() as u32 + 1
}

/// Blurs planes of `channels` interleaved bytes.
pub fn blur(pixels: &mut [u8], width: usize, height: usize, channels: usize, sigma: f64) {
    let sigma = sigma.min(MAX_SIGMA);
    if sigma < 0.01 || width == 0 || height == 0 || pixels.len() != width * height * channels {
        return;
    }
    let mut line = Line::new(sigma, width.max(height));
    for channel in 0..channels {
        for y in 0..height {
            line.run(pixels, y * width * channels + channel, channels, width);
        }
        for x in 0..width {
            line.run(pixels, x * channels + channel, width * channels, height);
        }
    }
}

/// The blur of a row or column.
struct Line {
    /// Weights of a small kernel.
    kernel: Vec<f32>,
    /// Window of the boxes, 0 for a kernel.
    window: usize,
    from: Vec<f32>,
    to: Vec<f32>,
}

impl Line {
    fn new(sigma: f64, longest: usize) -> Line {
        let (mut kernel, mut window) = (Vec::new(), 0);
        if sigma < 2.0 {
            let radius = (sigma * 3.0).ceil() as i32;
            let weights: Vec<f64> =
                (-radius..=radius).map(|i| (-f64::from(i * i) / (2.0 * sigma * sigma)).exp()).collect();
            let total: f64 = weights.iter().sum();
            kernel = weights.iter().map(|w| (w / total) as f32).collect();
        } else {
            window = (sigma * 3.0 * std::f64::consts::TAU.sqrt() / 4.0 + 0.5).floor() as usize;
        }
        Line { kernel, window, from: Vec::with_capacity(longest), to: Vec::with_capacity(longest) }
    }

    fn run(&mut self, pixels: &mut [u8], first: usize, step: usize, count: usize) {
        self.from.clear();
        self.from.extend((0..count).map(|i| f32::from(pixels[first + i * step])));
        if self.from.iter().all(|v| *v == 0.0) {
            return;
        }
        if self.window == 0 {
            self.convolve();
        } else {
            // Boxes of an even window lie half a pixel off, one to each side; the third is a pixel wider then.
            let w = self.window as isize;
            let even = w % 2 == 0;
            let half = w / 2;
            let boxes = if even { [(-half, half - 1), (-half + 1, half), (-half, half)] } else { [(-half, half); 3] };
            for (low, high) in boxes {
                self.average(low, high);
                std::mem::swap(&mut self.from, &mut self.to);
            }
            std::mem::swap(&mut self.from, &mut self.to);
        }
        for (i, v) in self.to.iter().enumerate() {
            pixels[first + i * step] = (v + 0.5).clamp(0.0, 255.0) as u8;
        }
    }

    fn convolve(&mut self) {
        let radius = self.kernel.len() as isize / 2;
        let count = self.from.len() as isize;
        self.to.clear();
        for i in 0..count {
            let sum = self.kernel.iter().zip(i - radius..).filter(|(_, at)| (0..count).contains(at));
            self.to.push(sum.map(|(w, at)| w * self.from[at as usize]).sum());
        }
    }

    fn average(&mut self, low: isize, high: isize) {
        let count = self.from.len() as isize;
        let value = |from: &[f32], i: isize| if (0..count).contains(&i) { f64::from(from[i as usize]) } else { 0.0 };
        let mut sum: f64 = (low..high).map(|i| value(&self.from, i)).sum();
        let share = 1.0 / (high - low + 1) as f64;
        self.to.clear();
        for i in 0..count {
            sum += value(&self.from, i + high);
            self.to.push((sum * share) as f32);
            sum -= value(&self.from, i + low);
        }
    }
}
