import { QueryClient } from '@tanstack/vue-query';

/** Server state of the pages. The client repeats what got no answer; an answer is final. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 2000 }, mutations: { retry: false } },
});
