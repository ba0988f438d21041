# Go's own sources and tests, and packages that Debian keeps as source. Downloaded packages are unpacked, not installed.
go_packages() {
    local packages=$folder/packages
    mkdir -p "$packages"
    (cd "$packages" && printf "%s\n" "$@" | xargs -n 1 apt-get download -qq) 2> /dev/null || echo "not all packages could be fetched" >&2
    for package in "$packages"/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder" --wildcards '*.go' 2> /dev/null || true
    done
    rm -rf "$packages"
}

golang_packages=$(apt-cache search --names-only '^golang-.*-dev$' | cut -d' ' -f1 | sort | awk 'NR % 4 == 0 || NR % 5 == 2')
go_packages golang-1.19-src golang-k8s-api-dev golang-k8s-client-go-dev golang-github-docker-docker-dev \
    golang-google-api-dev golang-google-cloud-dev golang-github-aws-aws-sdk-go-dev golang-etcd-server-dev \
    golang-github-hashicorp-terraform-dev golang-golang-x-tools-dev golang-golang-x-exp-dev $golang_packages
