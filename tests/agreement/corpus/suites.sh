# The test suites of parsers and compilers, where each odd form stands once: of all languages, each file beside the other corpora
# of its own (DIR/LANG/suites). From Debian's source packages and from crates that hold theirs.
lists=$folder/lists
mkdir -p "$lists/partial"
# Sources of the same archive that this machine's packages come from, in a list of our own.
for source in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    [ -e "$source" ] && sed -e 's/^Types: deb$/Types: deb-src/' -e 's/^deb /deb-src /' "$source" > "$folder/own.${source##*.}"
done
apt_sources() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$folder" -o Dir::State::Lists="$lists" "$@" 2> /dev/null
}
apt_sources update || echo "not all lists of sources could be fetched" >&2

suites_of_packages() {
    for package in "$@"; do
        [ -e "$folder/$package.done" ] && continue
        mkdir -p "$folder/$package"
        apt_sources source --print-uris "$package" | grep -o "^'[^']*orig[^']*\.tar\.[a-z0-9]*'" | tr -d "'" | while read -r uri; do
            (cd "$folder/$package" && curl --silent --fail --location --remote-name "$uri" && tar -xf ./*.tar.* && rm -f -- ./*.tar.*) \
                || echo "not fetched: ${uri##*/}" >&2
        done
        touch "$folder/$package.done"
    done
}

suites_of_crates() {
    local fetch=$folder/fetch crate
    for crate in "$@"; do
        mkdir -p "$fetch/src"
        touch "$fetch/src/lib.rs"
        printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n%s = "*"\n' "$crate" > "$fetch/Cargo.toml"
        (cd "$fetch" && cargo fetch --quiet) || echo "not fetched: $crate" >&2
        rm -rf "$fetch"
        for source in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate"-[0-9]*; do
            [ -d "$source" ] && cp -r "$source" "$folder/"
        done
    done
}

place_by_ending() {
    local to=$folder/../$1/suites ending
    shift
    mkdir -p "$to"
    for ending in "$@"; do
        (cd "$folder" && find . -type f -name "*.$ending" -size -4M -print0 | xargs -0 --no-run-if-empty cp --link --parents -t "$to")
    done
}

suites_of_packages node-typescript node-babel7 node-acorn node-esprima node-espree node-uglify-js eslint webpack nodejs mozjs78 \
    qtdeclarative-opensource-src esbuild duktape golang-1.19 golang-golang-x-tools python3.11 pylint ruby3.1 mruby rubocop rustc
suites_of_crates biome_js_parser biome_js_formatter biome_js_analyze rslint_parser ra_ap_parser rustfmt-nightly libcst \
    ruff_linter ruff_python_parser ruff_python_formatter

# What Biome keeps of Prettier's tests is named by a second ending.
find "$folder" -type f -name '*.prettier-snap' | while read -r file; do
    formatted=${file%.prettier-snap}
    mv "$file" "${formatted%/*}/formatted_${formatted##*/}"
done

place_by_ending javascript js mjs cjs jsx
place_by_ending typescript ts mts cts tsx
place_by_ending python py pyi
place_by_ending ruby rb
place_by_ending rust rs
place_by_ending go go
rm -rf "$folder"
