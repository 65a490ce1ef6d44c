/**
 * The sending half of a participant: which of the others they receive, and in which slot. Slots come in banks of eight
 * pairs, a peer connection each: a further bank is offered beside those there are, so nothing is renegotiated. Slots for
 * screens are in the first bank.
 */
import type { MasSlot } from '../../../contracts';
import { Heights, type ForwardedMember } from '../member';
import { SlotBank } from './slot-bank';
import { SlotTable } from './slot-table';
import type { TransportFactory, TransportState } from '../../webrtc/transport';

const PAIRS_PER_BANK = 8;
/** How many other members can be seen and heard at most. */
export const MAX_SLOT_PAIRS = 32;

/** How many of the others' screens can be seen at most. */
export const MAX_SCREEN_SLOTS = 8;

/** What the client can take. */
export interface SlotCapacity {
  /** Pairs of slots; default: one bank. */
  pairs?: number | undefined;
  /** Default: none. */
  screens?: number | undefined;
}

export interface SubscriberEvents {
  onState(bank: number, state: TransportState): void;
  onCandidate(bank: number, candidate: string, mid: string): void;
  onOffer(bank: number, sdp: string): void;
}

export class Subscriber {
  private readonly banks: SlotBank[] = [];
  private readonly pairs = new SlotTable();
  private readonly screens = new SlotTable();
  private readonly maxPairs: number;
  /** How many of the banks have been offered. */
  private offered = 0;
  private closed = false;
  private heights = new Heights();

  constructor(
    private readonly factory: TransportFactory,
    private readonly events: SubscriberEvents,
    { pairs = PAIRS_PER_BANK, screens = 0 }: SlotCapacity = {},
  ) {
    this.maxPairs = pairs;
    this.addBank(screens);
  }

  /** Of the first connection. */
  get state(): TransportState {
    return this.banks[0]!.state;
  }

  /** Offers the banks that haven't been; the answers go to `accept`. */
  async offer(): Promise<void> {
    while (this.offered < this.banks.length && !this.closed) {
      const bank = this.offered++;
      await this.banks[bank]!.offer((sdp) => !this.closed && this.events.onOffer(bank, sdp));
    }
  }

  /** Takes the client's answer to a bank that was offered. Throws SdpError. */
  async accept(bank: number, sdp: string): Promise<void> {
    await this.banks[bank]?.accept(sdp);
  }

  addCandidate(bank: number, candidate: string): void {
    this.banks[bank]?.addCandidate(candidate);
  }

  /**
   * Gives slots to these members (the others in the conference, in the order they came). Answers who is in which slot.
   * Where there are too few for those who send something, there is a further bank now, to be offered. The slot of what
   * the client can't decode stays empty.
   */
  assign(members: ForwardedMember[]): MasSlot[] {
    const byId = new Map(members.map((member) => [member.memberId, member]));
    let pairs = this.pairs.update([...byId.keys()]);
    while (this.pairs.size < this.maxPairs && members.some((member) => this.lacksPair(member))) {
      this.addBank();
      pairs = this.pairs.update([...byId.keys()]);
    }
    const sharing = members.filter((member) => member.forwarded('screen'));
    const screens = this.screens.update(sharing.map(({ memberId }) => memberId));
    const slots = this.banks.flatMap((bank) => bank.slots.map((slot) => ({ ...slot, bank })));
    return slots.map(({ mid, kind, source, index, reader, bank }) => {
      const holders = source === 'screen' ? screens : pairs;
      const member = byId.get(holders[index] ?? '');
      const sent = member?.forwarded(source);
      const track = sent && bank.decodes(sent.codec) ? sent : null;
      reader.want(this.heights.of(member?.userId ?? '', source));
      reader.attach(track);
      return {
        mid,
        kind,
        source,
        memberId: track && member ? member.memberId : null,
        userId: track && member ? member.userId : null,
      };
    });
  }

  /** How high, in pixels, the pictures of these users are shown; of all others as high as they come. From `assign` on. */
  want(heights: Heights): void {
    this.heights = heights;
  }

  scan(now: number): void {
    for (const bank of this.banks) bank.scan(now);
  }

  close(): void {
    this.closed = true;
    for (const bank of this.banks) bank.close();
  }

  private lacksPair(member: ForwardedMember): boolean {
    const sends = member.forwarded('microphone') ?? member.forwarded('camera');
    return !!sends && !this.pairs.has(member.memberId);
  }

  private addBank(screens = 0): void {
    const index = this.banks.length;
    const firstPair = this.pairs.size;
    const pairs = Math.min(PAIRS_PER_BANK, this.maxPairs - firstPair);
    this.banks.push(
      new SlotBank(
        this.factory,
        firstPair,
        { pairs, screens },
        {
          onState: (state) => this.events.onState(index, state),
          onCandidate: (candidate, mid) => this.events.onCandidate(index, candidate, mid),
        },
      ),
    );
    this.pairs.grow(pairs);
    this.screens.grow(screens);
  }
}
