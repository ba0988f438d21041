#!/usr/bin/env bash
# Puts a large real corpus of a language into DIR/LANG: sources of packages, unpacked, nothing built or run.
# Usage: corpus.sh LANG DIR
set -euo pipefail

language=${1:?usage: corpus.sh LANG DIR}
folder=$(mkdir -p "${2:?usage: corpus.sh LANG DIR}" && cd "$2" && pwd)/$language
mkdir -p "$folder"

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

# The interpreter's own library, and packages of the Python index as their sources or wheels.
python_sources() {
    local library
    library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
    (cd "$library" && find . -name '*.py' -not -path '*/site-packages/*' -print0 | xargs -0 cp --parents -t "$folder")
    for package in "$@"; do
        [ -e "$folder/$package.done" ] && continue
        mkdir -p "$folder/$package"
        (cd "$folder/$package" && python3 -m pip download --quiet --no-deps --only-binary :all: "$package" \
            && for archive in *.whl; do python3 -m zipfile -e "$archive" . && rm -f -- "$archive"; done) \
            || { echo "nothing found of $package" >&2; continue; }
        find "$folder/$package" -type f -not -name '*.py' -not -name '*.pyi' -delete
        touch "$folder/$package.done"
    done
}

case $language in
    rust)
        cargo_sources windows-sys rustpython-vm cranelift-codegen wasmtime swc_ecma_parser gix polars datafusion deno_core \
            bevy_ecs wgpu-core naga tokio hyper reqwest diesel sqlx-core sea-orm axum actix-web tonic rayon rustls \
            boa_engine oxc_parser ra_ap_ide ra_ap_hir_ty nalgebra ndarray candle-core burn-core egui iced_widget \
            slint-macros leptos yew dioxus-core arrow parquet tantivy sled redb rocksdb image rustfft
        ;;
    python)
        python_sources django sympy numpy scipy pandas matplotlib sqlalchemy twisted mypy black pylint jedi ansible-core \
            salt scikit-learn networkx tornado aiohttp pydantic fastapi flask werkzeug jinja2 requests urllib3 \
            botocore boto3 sphinx docutils babel pygments pip setuptools poetry hatch tox pytest hypothesis \
            cython numba dask distributed xarray bokeh plotly altair seaborn statsmodels nltk spacy gensim \
            transformers torch tensorflow keras jax flax optax sentry-sdk celery kombu scrapy ipython notebook \
            jupyterlab zope.interface pyramid bottle cherrypy web2py mercurial bzr breezy buildbot kivy pyglet \
            pygame arcade openpyxl xlsxwriter reportlab pdfminer.six lxml beautifulsoup4 html5lib mako \
            google-cloud-storage azure-mgmt-compute apache-airflow superset odoo wagtail saleor prefect dagster \
            homeassistant mitmproxy scapy impacket angr capstone z3-solver textual rich typer click attrs libcst parso
        ;;
    *)
        echo "no corpus is known for $language" >&2
        exit 2
        ;;
esac
