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
    *)
        echo "no corpus is known for $language" >&2
        exit 2
        ;;
esac
