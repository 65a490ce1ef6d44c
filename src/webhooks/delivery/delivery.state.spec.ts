import { deliveryStates, toSend } from './delivery.state';

describe('states of a delivery', () => {
  it('sends what is neither delivered nor given up', () => {
    expect(toSend).toEqual(['pending']);
  });

  it('sends dead letters again, and what was delivered never', () => {
    expect(deliveryStates.sourcesOf('pending')).toEqual(['dead']);
    expect(deliveryStates.isFinal('delivered')).toBe(true);
  });
});
