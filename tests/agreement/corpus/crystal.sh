# What Debian's compiler package holds: the standard library and the compiler.
mkdir -p "$folder/crystal"
(cd "$folder/crystal" && apt-get -qq download crystal 2> /dev/null && dpkg-deb -x ./*.deb . && rm -f -- ./*.deb) \
    || echo "nothing found of crystal" >&2
