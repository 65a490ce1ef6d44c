import { useQuery } from '@tanstack/vue-query';
import { admin } from '../app/lianmai';

const EVERY_MS = 5000;

/** Media nodes and mixers, as they are now. */
export function useMachines() {
  return {
    nodes: useQuery({ queryKey: ['nodes'], queryFn: () => admin.listNodes(), refetchInterval: EVERY_MS }),
    mixers: useQuery({ queryKey: ['mixers'], queryFn: () => admin.listMixers(), refetchInterval: EVERY_MS }),
  };
}
