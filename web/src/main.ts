import { createApp } from 'vue'
import App from './App.vue'
import { apiKey, openApi } from './api'
import { createCatalogues, remembered, speak } from './i18n'
import './styles/base.css'

const catalogues = createCatalogues()
// The page may stand below a path of a proxy: the server is where the page is.
const root = new URL('.', document.baseURI).pathname.replace(/\/$/, '')

createApp(App).use(catalogues).provide(apiKey, openApi(root)).mount('#app')
void speak(catalogues.global, remembered())
