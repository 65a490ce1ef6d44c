import { mediaProblem } from './local-media';

it.each([
  ['NotAllowedError', 'camera_refused'],
  ['NotFoundError', 'camera_absent'],
  ['OverconstrainedError', 'camera_absent'],
  ['NotReadableError', 'camera_busy'],
  ['SecurityError', 'camera_refused'],
])('%s is %s', (name, code) => {
  expect(mediaProblem({ name }).code).toBe(code);
});
