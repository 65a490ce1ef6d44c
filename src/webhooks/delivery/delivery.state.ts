import { StateMachine } from '../../platform/common';
import type { WebhookDeliveryState } from '../../contracts';

/** A failed attempt leaves a delivery pending, until it is given up; a dead letter can be sent again. */
export const deliveryStates = new StateMachine<WebhookDeliveryState>('The delivery', 'pending', {
  pending: ['delivered', 'dead'],
  delivered: [],
  dead: ['pending'],
});

/** It is still to be sent: attempts are made, and the first of its lane goes next. */
export const toSend = deliveryStates.sourcesOf('delivered');
