import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import App from './App.vue'
import Product from './Product.vue'
import { noraPlugin } from './nora'

const router = createRouter({
  history: createWebHistory(),
  routes: [{ path: '/products/:id', name: 'Product', component: Product }],
})

createApp(App)
  .use(router)
  .use(noraPlugin, { options: { writeKey: 'YOUR_WRITE_KEY', host: 'https://cdp.shop.example' }, router })
  .mount('#app')
