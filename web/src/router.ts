import { nextTick, watch } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import LoginPage from './app/LoginPage.vue';
import NotFoundPage from './app/NotFoundPage.vue';
import { session } from './app/session';
import HomePage from './home/HomePage.vue';
import { t } from './i18n';
import type { TextKey } from './i18n/en';
import { onStage } from './theme/theme';

declare module 'vue-router' {
  interface RouteMeta {
    /** Its name in the tab, until the page knows a better one. */
    title?: TextKey;
    /** Without signing in. */
    open?: boolean;
    /** Made around a picture: dark in both themes. */
    stage?: boolean;
    /** It has a header of its own. */
    bare?: boolean;
    /** Routes with the same stay one page. */
    keep?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true, title: 'login.page' } },
    { path: '/', name: 'home', component: HomePage, meta: { title: 'app.liveNow' } },
    {
      path: '/studio/:channelId',
      name: 'studio',
      component: () => import('./studio/StudioPage.vue'),
      props: true,
      meta: { stage: true, bare: true },
    },
    {
      path: '/watch/:channelId',
      name: 'watch',
      component: () => import('./watch/WatchPage.vue'),
      props: true,
      meta: { stage: true },
    },
    {
      path: '/s/:code',
      name: 'visit',
      component: () => import('./watch/VisitPage.vue'),
      props: true,
      meta: { stage: true, open: true },
    },
    {
      path: '/conferences/:conferenceId?',
      name: 'conferences',
      component: () => import('./conferences/ConferencesPage.vue'),
      props: true,
      meta: { title: 'conferences.title' },
    },
    {
      path: '/console',
      component: () => import('./console/ConsoleShell.vue'),
      redirect: '/console/overview',
      meta: { bare: true, keep: 'console', title: 'console.title' },
      children: [
        {
          path: 'overview',
          component: () => import('./console/overview/OverviewPage.vue'),
          meta: { title: 'console.overview' },
        },
        { path: 'wall', component: () => import('./console/WallPage.vue'), meta: { title: 'console.wall' } },
        {
          path: 'channels',
          component: () => import('./console/ChannelsPage.vue'),
          meta: { title: 'console.channels' },
        },
        {
          path: 'nodes',
          component: () => import('./console/NodesPage.vue'),
          meta: { title: 'console.nodes' },
        },
        {
          path: 'webhooks',
          component: () => import('./console/WebhooksPage.vue'),
          meta: { title: 'console.webhooks' },
        },
        { path: 'keys', component: () => import('./console/KeysPage.vue'), meta: { title: 'console.keys' } },
        {
          path: 'audit',
          component: () => import('./console/AuditPage.vue'),
          meta: { title: 'console.audit' },
        },
      ],
    },
    { path: '/:rest(.*)*', component: NotFoundPage, meta: { open: true, title: 'app.missing' } },
  ],
});

const toLogin = (next: string) => ({ name: 'login', query: next === '/' ? {} : { next } });

router.beforeEach((to) => (session.value || to.meta.open ? true : toLogin(to.fullPath)));

router.afterEach((to, from) => {
  onStage.value = to.meta.stage ?? false;
  document.title = to.meta.title ? `${t(to.meta.title)} · Lianmai` : 'Lianmai';
  // Who reads by ear hears where they are; the first page begins at its top anyway.
  if (from.matched.length > 0 && to.path !== from.path)
    void nextTick(() => document.getElementById('main')?.focus({ preventScroll: true }));
});

// A session that ends while a page is open leads to the login page, and from there back.
watch(session, (now) => {
  const here = router.currentRoute.value;
  if (!now && !here.meta.open) void router.replace(toLogin(here.fullPath));
});
