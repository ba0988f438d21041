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
