import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { CoHostWentLive, InvitationChanged } from '../../co-host';
import { EventBus } from '../common';
import { ChannelSourceChanged } from '../../live';
import { NodeLost } from '../../nodes';
import { PkMatchChanged } from '../../pk';

/** Counts what happens in this process; sum over processes. */
@Injectable()
export class DomainCounters implements OnModuleInit {
  readonly registry = new Registry();
  private readonly handOvers = this.counter(
    'lianmai_hand_overs_total',
    'Changes of a channel’s source on the air.',
    ['from', 'to'],
  );
  private readonly invitations = this.counter(
    'lianmai_invitations_total',
    'Invitations, applications and challenges.',
    ['kind', 'state'],
  );
  private readonly matchesOver = this.counter('lianmai_pk_matches_over_total', 'PK matches that are over.', [
    'state',
    'reason',
  ]);
  private readonly nodesLost = this.counter(
    'lianmai_media_nodes_lost_total',
    'Media nodes that fell silent.',
    [],
  );
  private readonly acceptToMix = new Histogram({
    name: 'lianmai_accept_to_mix_seconds',
    help: 'From the acceptance that opened a co-hosting until viewers see the mix.',
    buckets: [0.5, 1, 1.5, 2, 3, 5, 10, 20, 40, 60],
    registers: [this.registry],
  });

  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.on(ChannelSourceChanged, ({ source, previous }) => {
      if (source !== previous) this.handOvers.inc({ from: previous, to: source });
    });
    this.bus.on(InvitationChanged, ({ invitation: { kind, state } }) =>
      this.invitations.inc({ kind, state }),
    );
    this.bus.on(PkMatchChanged, ({ match: { state, reason }, isOver }) => {
      if (isOver) this.matchesOver.inc({ state, reason: reason ?? '' });
    });
    this.bus.on(CoHostWentLive, ({ afterMs }) => this.acceptToMix.observe(afterMs / 1000));
    this.bus.on(NodeLost, () => this.nodesLost.inc());
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
