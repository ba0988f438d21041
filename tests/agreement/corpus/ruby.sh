# What Debian packages of interpreted languages hold: their sources.
debian_packages() {
    for package in "$@"; do
        [ -e "$folder/$package.done" ] && continue
        mkdir -p "$folder/$package"
        (cd "$folder/$package" && apt-get -qq download "$package" 2> /dev/null && dpkg-deb -x ./*.deb . && rm -f -- ./*.deb) \
            || { echo "nothing found of $package" >&2; continue; }
        touch "$folder/$package.done"
    done
}

debian_packages ruby3.1 rails rubocop redmine puppet vagrant jekyll asciidoctor ruby-sequel \
    ruby-parser ruby-whitequark-parser ruby-rouge ruby-mongo ruby-aws-sdk yard rake bundler ruby-rspec ruby-capybara \
    ruby-haml ruby-sass ruby-sinatra ruby-prawn ruby-nokogiri ruby-fog-core ruby-fog-aws ruby-faker \
    ruby-i18n ruby-mail ruby-gettext ruby-octokit ruby-devise ruby-rack ruby-json \
    ruby-ruby2ruby ruby-ruby-parser ruby-slim ruby-graphql ruby-grape ruby-pg ruby-mysql2 \
    ruby-sequel-pg ruby-dry-schema ruby-dry-types ruby-rubocop-ast ruby-rubocop-rspec \
    ruby-simplecov ruby-factory-bot ruby-shoulda-matchers ruby-activeldap ruby-net-ssh \
    ruby-treetop ruby-kramdown ruby-liquid ruby-thor ruby-pry ruby-byebug ruby-unf puma unicorn \
    thin ruby-eventmachine ruby-celluloid ruby-concurrent ruby-google-protobuf ruby-rugged \
    ruby-licensee ruby-gitlab-styles mikutter nanoc racc ruby-oj ruby-ox ruby-hamster ruby-webmock \
    ruby-vcr ruby-sidekiq ruby-resque ruby-delayed-job ruby-carrierwave ruby-paperclip \
    ruby-mustache ruby-tilt ruby-temple coderay ruby-redcloth ruby-sprockets ruby-jbuilder \
    ruby-rails-i18n ruby-arel ruby-ransack ruby-kaminari ruby-will-paginate chef-zero ohai \
    ruby-facets ruby-extlib ruby-gruff ruby-tioga ruby-zip ruby-spreadsheet ruby-roo \
    jruby ruby-hocon hiera facter ruby-semantic-puppet r10k bolt ruby-rgen ruby-gherkin cucumber \
    ruby-cucumber-core ruby-aruba rubygems ruby-irb ruby-rbs ruby-power-assert ruby-test-unit \
    ruby-minitest ruby-curses ruby-gnome schleuder ruby-hashie ruby-ast ruby-unparser ruby-steep \
    ruby-rbpdf ruby-html2haml ruby-slop ruby-websocket-driver ruby-em-http-request ruby-typhoeus \
    ruby-faraday ruby-httpclient ruby-mechanize ruby-rest-client ruby-savon ruby-xmlrpc ruby-builder \
    kramdown ruby-coffee-script-source foreman whois-rb ruby-numo-narray ruby-distribution \
    ruby-statistics ruby-rsec ruby-parslet ruby-citrus ruby-polyglot ruby-loofah ruby-sanitize
