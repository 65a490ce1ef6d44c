import { watch } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import ChannelsPage from './channels/ChannelsPage.vue';
import LoginPage from './app/LoginPage.vue';
import NotFoundPage from './app/NotFoundPage.vue';
import { session } from './app/session';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
    { path: '/', name: 'channels', component: ChannelsPage },
    {
      path: '/host/:channelId',
      name: 'host',
      component: () => import('./studio/StudioPage.vue'),
      props: true,
    },
    {
      path: '/watch/:channelId',
      name: 'watch',
      component: () => import('./watch/WatchPage.vue'),
      props: true,
    },
    {
      path: '/conferences/:conferenceId?',
      name: 'conferences',
      component: () => import('./conferences/ConferencesPage.vue'),
      props: true,
    },
    { path: '/:rest(.*)*', component: NotFoundPage, meta: { open: true } },
  ],
});

const toLogin = (next: string) => ({ name: 'login', query: next === '/' ? {} : { next } });

router.beforeEach((to) => (session.value || to.meta['open'] ? true : toLogin(to.fullPath)));

// A session that ends while a page is open leads to the login page, and from there back.
watch(session, (now) => {
  const here = router.currentRoute.value;
  if (!now && !here.meta['open']) void router.replace(toLogin(here.fullPath));
});
