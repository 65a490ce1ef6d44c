import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { queryClient } from './app/query';
import { i18n } from './i18n';
import { router } from './router';
import './styles/tokens.css';
import './styles/base.css';
import './styles/kit.css';

createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(router).mount('#app');
