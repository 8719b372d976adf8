import { createApp } from 'vue'
import App from './App.vue'
import { apiKey, openApi } from './api'
import { createCatalogues, remembered, speak } from './i18n'
import { openRouter } from './router'
import './styles/base.css'

const catalogues = createCatalogues()
// The page may stand below a path of a proxy: the server is where the page is.
// Read once: an address that the router makes would lead elsewhere.
const root = new URL('.', document.baseURI).pathname.replace(/\/$/, '')

createApp(App, { icon: `${root}/favicon.svg` }).use(catalogues).use(openRouter(root)).provide(apiKey, openApi(root)).mount('#app')
void speak(catalogues.global, remembered())
