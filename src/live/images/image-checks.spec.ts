import { pngOf } from '../../../test/support/fixtures/pictures';
import type { Caller } from '../../auth';
import { ImageChecks } from './image-checks';
import { IMAGE_LIMITS } from './image-rules';

it('takes as many pictures of a user at once as are soon checked, and those of others beside', async () => {
  const checks = new ImageChecks();
  const image = { mediaType: 'image/png', bytes: pngOf({ width: 8, height: 6 }) } as const;
  const check = (userId: string) => checks.run({ userId } as Caller, image, IMAGE_LIMITS);
  const all = Array.from({ length: 8 }, () => check('ann'));
  await expect(check('ann')).rejects.toMatchObject({ code: 'rate_limited' });
  await expect(check('bob')).resolves.toMatchObject({ width: 8 });
  expect(await Promise.all(all)).toHaveLength(8);
  await expect(check('ann')).resolves.toMatchObject({ width: 8 });
});
