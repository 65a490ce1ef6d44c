import { usableCores } from './cores';

describe('cores that this process may use', () => {
  const machine = (files: Record<string, string>) => usableCores((path) => files[path] ?? null, 8);

  it.each<[string, Record<string, string>, number]>([
    ['are those of the machine', {}, 8],
    ['are no fewer without a quota', { '/sys/fs/cgroup/cpu.max': 'max 100000' }, 8],
    ['are those of the container', { '/sys/fs/cgroup/cpu.max': '150000 100000' }, 1.5],
    ['are never more than the machine has', { '/sys/fs/cgroup/cpu.max': '1600000 100000' }, 8],
    [
      'are the least of all groups above',
      {
        '/proc/self/cgroup': '0::/system.slice/lianmai.service',
        '/sys/fs/cgroup/system.slice/lianmai.service/cpu.max': '300000 100000',
        '/sys/fs/cgroup/system.slice/cpu.max': '200000 100000',
      },
      2,
    ],
    [
      'follow version 1 too, where -1 is no quota',
      {
        '/proc/self/cgroup': '4:cpu,cpuacct:/docker/x\n0::/',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '250000',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us': '-1',
        '/sys/fs/cgroup/cpu/docker/cpu.cfs_period_us': '100000',
      },
      2.5,
    ],
  ])('%s', (_, files, cores) => expect(machine(files)).toBe(cores));
});
