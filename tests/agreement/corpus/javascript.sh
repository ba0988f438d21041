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

# Gathered when all of the above agreed, for what nobody had looked at.
npm_packages svelte-preprocess lodash-es dayjs nunjucks showdown katex mathjax parse5 htmlparser2 css-tree postcss \
    postcss-preset-env cssnano autoprefixer stylelint less sass stylus tailwindcss chai jasmine-core ava tap nyc \
    istanbul sinon karma protractor testcafe nightwatch webdriverio pm2 nodemon forever koa fastify restify sails \
    meteor-node-stubs hapi @hapi/hapi loopback socket.io engine.io ws primus sockjs request axios got superagent \
    node-fetch undici nock supertest passport bcryptjs jsonwebtoken openpgp tweetnacl web3 truffle ganache \
    ethereumjs-vm bitcoinjs-lib mapbox-gl-draw @turf/turf d3 c3 nvd3 dc crossfilter2 highcharts apexcharts fabric \
    konva paper two.js dash.js shaka-player jspdf exceljs xlsx jszip pako quill summernote slate draft-js ace-code \
    codemirror@5 monaco-editor-core blockly snapsvg raphael jointjs mxgraph gojs cytoscape-dagre vis-network sigma \
    jquery-ui jquery-mobile datatables.net select2 semantic-ui uikit @mui/x-data-grid react-bootstrap reactstrap \
    react-select react-dnd react-beautiful-dnd enzyme react-test-renderer inferno mithril riot hyperapp ractive \
    aurelia-framework polymer @polymer/polymer dojox ext-core sproutcore
