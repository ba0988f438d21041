# These crates, with what they depend on, into what cargo has unpacked on this machine.
fetch_crates() {
    local manifest=$folder/fetch
    mkdir -p "$manifest/src"
    touch "$manifest/src/lib.rs"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n' > "$manifest/Cargo.toml"
    printf '%s = "*"\n' "$@" >> "$manifest/Cargo.toml"
    (cd "$manifest" && cargo fetch --quiet) || echo "not fetched: $*" >&2
    rm -rf "$manifest"
}

copy_sources() {
    for source in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        (cd "$source" && find . -name '*.rs' -print0 | cpio --quiet -0pd "$folder" 2> /dev/null \
            || find . -name '*.rs' -print0 | xargs -0 cp --parents -t "$folder")
    done
}

fetch_crates windows-sys rustpython-vm cranelift-codegen wasmtime swc_ecma_parser gix polars datafusion deno_core \
    bevy_ecs wgpu-core naga tokio hyper reqwest diesel sqlx-core sea-orm axum actix-web tonic rayon rustls \
    boa_engine oxc_parser ra_ap_ide ra_ap_hir_ty nalgebra ndarray candle-core burn-core egui iced_widget \
    slint-macros leptos yew dioxus-core arrow parquet tantivy sled redb rocksdb image rustfft

# Gathered when all of the above agreed, for what nobody had looked at. One by one, for not all go together.
for crate in tauri typst rhai mlua starlark rustfmt-nightly jj-lib nu-command lalrpop chumsky rapier3d resvg vello libp2p \
    revm alloy anchor-lang kube mongodb aws-sdk-s3 pyo3 bindgen wasm-bindgen-cli-support minijinja askama comrak \
    miette tokenizers linfa faer petgraph egg zbus gtk4 rusqlite handlebars tera winnow combine bevy_render \
    swc_ecma_minifier lightningcss rolldown_common biome_js_parser sqlparser servo_arc stylo html5ever salvo \
    rocket warp poem gpui-component zellij-utils helix-core crossbeam loom async-std smol embassy-executor stm32f4 \
    probe-rs defmt rtic cortex-m heapless; do
    fetch_crates "$crate"
done
copy_sources
