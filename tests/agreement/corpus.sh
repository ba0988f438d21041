#!/usr/bin/env bash
# Puts a large real corpus of a language into DIR/LANG: sources of packages, unpacked, nothing built or run.
# Usage: corpus.sh LANG DIR
set -euo pipefail

language=${1:?usage: corpus.sh LANG DIR}
folder=$(mkdir -p "${2:?usage: corpus.sh LANG DIR}" && cd "$2" && pwd)/$language
mkdir -p "$folder"

# Packages of the npm registry as they are published, without what they depend on.
npm_packages() {
    for package in "$@"; do
        local name=${package//[\/@]/_}
        [ -e "$folder/$name.done" ] && continue
        mkdir -p "$folder/$name"
        (cd "$folder/$name" && npm pack --silent "$package" > /dev/null && tar -xf ./*.tgz && rm -f -- ./*.tgz) \
            || { echo "nothing found of $package" >&2; continue; }
        touch "$folder/$name.done"
    done
}

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

case $language in
    javascript)
        npm_packages three lodash core-js prettier eslint webpack typescript@5 phaser monaco-editor cesium \
            @angular/core svelte antd @mui/material date-fns ramda ember-source jquery react-dom graphql preact \
            npm yarn mocha react-native@0.74 expo terser acorn @babel/parser @babel/core @babel/traverse uglify-js \
            underscore backbone d3-array d3-scale d3-geo d3-shape chart.js leaflet mathjs bluebird async express \
            mongoose sequelize socket.io-client video.js hls.js pdfjs-dist codemirror ace-builds ckeditor4 tinymce \
            node-forge elliptic bn.js crypto-js sql.js moment luxon handlebars ejs pug mustache marked markdown-it \
            highlight.js prismjs knex bootstrap materialize-css foundation-sites semantic-ui-css swiper gsap animejs \
            pixi.js babylonjs-materials matter-js p5 tone howler rollup esbuild vite parcel gulp grunt browserify \
            jsdom cheerio puppeteer-core playwright-core rxjs immutable redux mobx vue@2 angular knockout extjs-gpl \
            dojo dijit yui test262-parser-tests eslint-plugin-react eslint-plugin-vue eslint-plugin-jsx-a11y \
            @wordpress/components @wordpress/block-editor react-native-elements react-native-vector-icons \
            @patternfly/react-core carbon-components-react semantic-ui-react react-admin next @tensorflow/tfjs \
            @ckeditor/ckeditor5-engine bpmn-js diagram-js openlayers ol cytoscape mermaid plotly.js echarts
        ;;
    typescript)
        npm_packages effect zod three rxjs @tanstack/query-core @tanstack/table-core @tanstack/react-query \
            @tanstack/router-core @tanstack/virtual-core @tanstack/form-core @reduxjs/toolkit \
            react-native-reanimated react-native-paper react-native-screens react-native-gesture-handler \
            react-native-svg react-native-safe-area-context react-native-web @react-navigation/native \
            @react-navigation/core @react-navigation/stack @react-navigation/elements @react-navigation/drawer \
            @react-navigation/bottom-tabs @theia/core @theia/monaco @theia/plugin-ext @theia/debug @theia/ai-core \
            @theia/filesystem @theia/workspace @theia/terminal @theia/git @theia/scm @theia/navigator \
            @jupyterlab/notebook @jupyterlab/apputils @jupyterlab/services @jupyterlab/cells @jupyterlab/completer \
            @jupyterlab/docmanager @jupyterlab/rendermime @jupyterlab/settingregistry @lumino/widgets \
            @lumino/datagrid @loopback/core @loopback/repository @loopback/rest @loopback/context \
            @loopback/authorization @loopback/openapi-v3 @loopback/metadata @blueprintjs/core @blueprintjs/table viem ethers \
            @adobe/react-spectrum @react-spectrum/s2 @react-aria/interactions @react-aria/selection \
            @react-stately/layout react-aria-components @tensorflow/tfjs-core @tensorflow/tfjs-layers \
            @tensorflow/tfjs-converter @tensorflow/tfjs-backend-webgl mobx mobx-react-lite preact graphql @angular/core @angular/common \
            @angular/compiler @angular/forms @angular/router @angular/material @angular/cdk typescript@5 \
            expo expo-router expo-modules-core expo-file-system expo-notifications @expo/ui \
            @solana/web3.js @solana/kit @coral-xyz/anchor @shopify/flash-list @shopify/react-native-skia \
            @gorhom/bottom-sheet @rneui/base tamagui @tamagui/core @tamagui/web wagmi @wagmi/core abitype ox \
            @types/node @types/react @types/lodash @types/three @types/jquery @types/d3 @types/office-js \
            @microsoft/fast-element @microsoft/fast-foundation @fluentui/react vscode-languageserver-protocol \
            @vscode/vscode-languagedetection antlr4ng antlr4 chevrotain langium @langium/core sprotty \
            drizzle-orm kysely @mikro-orm/core @trpc/server @trpc/client hono elysia fp-ts io-ts xstate \
            @xstate/react type-fest ts-toolbelt hotscript ts-pattern arktype valibot superstruct remeda \
            @sinclair/typebox class-validator class-transformer typedi inversify routing-controllers tsyringe \
            apache-arrow deck.gl @deck.gl/core @deck.gl/layers @luma.gl/core @loaders.gl/core maplibre-gl \
            mapbox-gl @babylonjs/core @pixi/core livekit-client matrix-js-sdk lexical @lexical/list \
            prosemirror-view prosemirror-model @tiptap/core @codemirror/view yjs @automerge/automerge \
            convex @sentry/core posthog-js @cloudflare/workers-types @aws-cdk/core aws-cdk-lib \
            @prisma/client firebase-admin @firebase/firestore @firebase/database @firebase/auth \
            @elastic/elasticsearch @opensearch-project/opensearch @azure/core-http @azure/storage-blob \
            @azure/cosmos @azure/identity @azure/service-bus playwright-core bullmq ioredis pg-promise
        ;;
    ruby)
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
        ;;
    *)
        echo "no corpus is known for $language" >&2
        exit 2
        ;;
esac
