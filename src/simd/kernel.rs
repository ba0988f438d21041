//! The one list of kernels, best first, and which of them this processor can run.

/// A kernel by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelId {
    /// AVX-512 with VBMI, GFNI, BITALG, VPOPCNTDQ and VPCLMULQDQ: Ice Lake, Zen 4 and later.
    Avx512,
    /// AVX2 with PCLMULQDQ, BMI1, BMI2 and POPCNT: Haswell, Zen and later.
    Avx2,
    /// Any processor.
    Scalar,
}

impl KernelId {
    /// All kernels, best first.
    pub const ALL: [KernelId; 3] = [KernelId::Avx512, KernelId::Avx2, KernelId::Scalar];

    /// The name for `--kernel` and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KernelId::Avx512 => "avx512",
            KernelId::Avx2 => "avx2",
            KernelId::Scalar => "scalar",
        }
    }

    /// The kernel of that name, if there is one; it may still be one that this processor lacks.
    #[must_use]
    pub fn by_name(name: &str) -> Option<KernelId> {
        KernelId::ALL.into_iter().find(|kernel| kernel.name() == name)
    }
}

/// The kernels that this processor can run, best first. Never empty.
#[must_use]
pub fn available() -> Vec<KernelId> {
    KernelId::ALL.into_iter().filter(|kernel| supported(*kernel)).collect()
}

/// The best kernel that this processor can run.
#[must_use]
pub fn best() -> KernelId {
    available().first().copied().unwrap_or(KernelId::Scalar)
}

#[cfg(target_arch = "x86_64")]
fn supported(kernel: KernelId) -> bool {
    match kernel {
        KernelId::Avx512 => {
            is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vbmi")
                && is_x86_feature_detected!("avx512bitalg")
                && is_x86_feature_detected!("avx512vpopcntdq")
                && is_x86_feature_detected!("gfni")
                && is_x86_feature_detected!("vpclmulqdq")
                && supported(KernelId::Avx2)
        }
        KernelId::Avx2 => {
            is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("pclmulqdq")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt")
        }
        KernelId::Scalar => true,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn supported(kernel: KernelId) -> bool {
    kernel == KernelId::Scalar
}
