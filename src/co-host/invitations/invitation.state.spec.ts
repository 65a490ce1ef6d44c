import type { InvitationState } from '../../contracts';
import { invitationStates } from './invitation.state';

describe('the life of an invitation', () => {
  it('is one answer and no second', () => {
    const answers: InvitationState[] = ['accepted', 'rejected', 'cancelled', 'expired'];
    for (const answer of answers) {
      expect(invitationStates.can('pending', answer)).toBe(true);
      expect(invitationStates.isFinal(answer)).toBe(true);
    }
  });
});
