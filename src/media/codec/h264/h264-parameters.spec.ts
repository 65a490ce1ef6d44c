import { isBaseline, isConstrainedBaseline, isPlayableProfile, parseH264Parameters } from './h264-parameters';

it.each([
  ['', 0x42, 0, false],
  ['packetization-mode=1', 0x42, 1, false],
  ['level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f', 0x42, 1, true],
  ['PROFILE-LEVEL-ID=42C01F; Packetization-Mode=1', 0x42, 1, true],
  [' packetization-mode = 0 ; profile-level-id = 42001f ', 0x42, 0, false],
  // Main that keeps to what baseline has, and plain main.
  ['profile-level-id=4d8028;packetization-mode=1', 0x4d, 1, true],
  ['profile-level-id=4d0028;packetization-mode=1', 0x4d, 1, false],
  [
    'max-fs=3600;sprop-parameter-sets="Z0LAFg==,aM4=";profile-level-id=640c1f;packetization-mode=1',
    0x64,
    1,
    false,
  ],
])('reads "%s"', (fmtp, profileIdc, packetizationMode, constrained) => {
  const parameters = parseH264Parameters(fmtp)!;
  expect(parameters).toMatchObject({ profileIdc, packetizationMode });
  expect(isConstrainedBaseline(parameters)).toBe(constrained);
  expect(isBaseline(parameters)).toBe(constrained || profileIdc === 0x42);
  expect(isPlayableProfile(parameters)).toBe(true);
});

it.each(['profile-level-id=42', 'profile-level-id=xyzxyz', 'packetization-mode=3', 'packetization-mode=10'])(
  'refuses "%s"',
  (fmtp) => expect(parseH264Parameters(fmtp)).toBeNull(),
);

it('knows what stock players do not decode', () => {
  expect(isPlayableProfile(parseH264Parameters('profile-level-id=f4001f')!)).toBe(false);
});
