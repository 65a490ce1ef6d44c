import { ConfigError, readConfig } from './config';

describe('readConfig', () => {
  it('has a default for everything a newcomer does not set', () => {
    const config = readConfig({});
    expect(config.ROLE).toBe('all');
    expect(config.PUBLIC_URL).toBe('http://localhost:8080');
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('refuses a wrong variable by name and does not show its value', () => {
    const wrong = { AUTH_SECRET: 'hunter2' };
    expect(() => readConfig(wrong)).toThrow(ConfigError);
    expect(() => readConfig(wrong)).toThrow(/^AUTH_SECRET: /);
    expect(() => readConfig(wrong)).not.toThrow(/hunter2/);
    expect(() => readConfig({ ICE_SERVERS: '{"urls":1}' })).toThrow(/^ICE_SERVERS: expected a JSON array/);
    expect(() => readConfig({ RTMP_PORT: '99999' })).toThrow(/^RTMP_PORT: /);
  });

  it('takes an empty variable as unset', () => {
    expect(readConfig({ REDIS_URL: '' }).REDIS_URL).toBeUndefined();
  });

  it('reads lists and JSON', () => {
    const config = readConfig({
      MAS_ANNOUNCED_ADDRESSES: '192.0.2.1, 192.0.2.2',
      ICE_SERVERS: '[{"urls":"stun:stun.example.com"}]',
    });
    expect(config.MAS_ANNOUNCED_ADDRESSES).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(config.ICE_SERVERS).toEqual([{ urls: 'stun:stun.example.com' }]);
  });
});
