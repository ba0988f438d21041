# What cargo has unpacked on this machine, and these crates with what they depend on.
cargo_sources() {
    local manifest=$folder/fetch
    mkdir -p "$manifest/src"
    touch "$manifest/src/lib.rs"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n' > "$manifest/Cargo.toml"
    printf '%s = "*"\n' "$@" >> "$manifest/Cargo.toml"
    (cd "$manifest" && cargo fetch --quiet) || echo "not all crates could be fetched" >&2
    for source in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        (cd "$source" && find . -name '*.rs' -print0 | cpio --quiet -0pd "$folder" 2> /dev/null \
            || find . -name '*.rs' -print0 | xargs -0 cp --parents -t "$folder")
    done
    rm -rf "$manifest"
}

cargo_sources windows-sys rustpython-vm cranelift-codegen wasmtime swc_ecma_parser gix polars datafusion deno_core \
    bevy_ecs wgpu-core naga tokio hyper reqwest diesel sqlx-core sea-orm axum actix-web tonic rayon rustls \
    boa_engine oxc_parser ra_ap_ide ra_ap_hir_ty nalgebra ndarray candle-core burn-core egui iced_widget \
    slint-macros leptos yew dioxus-core arrow parquet tantivy sled redb rocksdb image rustfft
