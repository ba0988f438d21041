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

# Gathered when all of the above agreed, for what nobody had looked at.
npm_packages @tldraw/tldraw @tldraw/editor @nestjs/core @nestjs/common typeorm sequelize-typescript monaco-editor \
    @excalidraw/excalidraw @mantine/core @chakra-ui/react @radix-ui/react-dialog @headlessui/react formik \
    react-hook-form @testing-library/react vitest @vitest/runner vite rollup @rollup/plugin-node-resolve puppeteer \
    puppeteer-core cypress nx @nx/devkit lerna turbo @pulumi/pulumi @pulumi/aws cdktf constructs projen \
    @aws-sdk/client-s3 @aws-sdk/client-ec2 @azure/arm-compute googleapis @google-cloud/storage stripe twilio \
    @octokit/rest @octokit/types discord.js telegraf grammy @slack/web-api openai @anthropic-ai/sdk langchain \
    @langchain/core ai @ai-sdk/provider next remix @remix-run/router react-router gatsby astro svelte solid-js \
    @builder.io/qwik vue @vue/runtime-core @vue/compiler-core pinia vuetify quasar primevue element-plus \
    ant-design-vue naive-ui @ionic/core @ionic/angular @stencil/core lit lit-html @lit/reactive-element \
    @shoelace-style/shoelace ts-morph ts-node tsx @swc/core @typescript-eslint/parser \
    @typescript-eslint/eslint-plugin @typescript-eslint/typescript-estree prisma @apollo/client @apollo/server \
    graphql-tools urql relay-runtime redux-saga redux-observable immer zustand jotai recoil valtio nanostores \
    effector @ngrx/store @ngrx/effects @tanstack/react-table ag-grid-community handsontable @visx/shape @nivo/core \
    recharts victory plotly.js-dist-min @types/plotly.js @types/google.maps @types/chrome @types/aws-lambda \
    @types/express @types/sequelize @types/mongoose gsap @react-three/fiber @react-three/drei @react-three/rapier \
    cannon-es matter-js @dimforge/rapier3d-compat playcanvas phaser excalibur kaboom ink-ui ink blessed \
    @oclif/core commander yargs listr2 inquirer @inquirer/core nativescript @nativescript/core @capacitor/core \
    react-native react-native-windows react-native-macos @shopify/polaris @shopify/hydrogen @salesforce/core \
    @microsoft/api-extractor @microsoft/tsdoc @fluentui/react-components @fluentui/react-northstar @pnp/sp \
    botbuilder @okta/okta-auth-js @firebase/util protobufjs ts-proto @bufbuild/protobuf @grpc/grpc-js mongodb \
    mongoose redis pg knex objection rate-limiter-flexible
