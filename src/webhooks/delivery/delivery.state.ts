import { StateMachine } from '../../platform/common';
import type { WebhookDeliveryState } from '../../contracts';

/** A failed attempt leaves a delivery pending, until it is given up; a dead letter can be sent again. */
export const deliveryStates = new StateMachine<WebhookDeliveryState>('The delivery', 'pending', {
  pending: ['delivered', 'dead'],
  delivered: [],
  dead: ['pending'],
});

/** Still to be sent. */
export const toSend = deliveryStates.sourcesOf('delivered');
