#!/usr/bin/env bash
# Puts a large real corpus of a language into DIR/LANG: sources of packages, unpacked, nothing built or run.
# Usage: corpus.sh LANG DIR; what it fetches stands in corpus/LANG.sh.
set -euo pipefail

language=${1:?usage: corpus.sh LANG DIR}
recipe=$(cd "$(dirname "$0")" && pwd)/corpus/$language.sh
[ -e "$recipe" ] || { echo "no corpus is known for $language" >&2; exit 2; }
folder=$(mkdir -p "${2:?usage: corpus.sh LANG DIR}" && cd "$2" && pwd)/$language
mkdir -p "$folder"
. "$recipe"
