import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';

export interface CheckedMessage {
  channelId: string;
  userId: string;
  text: string;
}

/** Says whether a chat message may be shown. A port: an installation with a moderation service provides its own. */
export abstract class ContentFilter {
  abstract allows(message: CheckedMessage): boolean | Promise<boolean>;
}

/** Refuses messages with a word of IM_BLOCKED_WORDS in them. */
@Injectable()
export class WordListFilter extends ContentFilter {
  private readonly blocked: RegExp | null;

  constructor(@Inject(CONFIG) { IM_BLOCKED_WORDS: words }: Pick<RuntimeConfig, 'IM_BLOCKED_WORDS'>) {
    super();
    const patterns = words.map(folded).filter(Boolean).map(patternOf);
    this.blocked = patterns.length > 0 ? new RegExp(patterns.join('|'), 'u') : null;
  }

  allows({ text }: Pick<CheckedMessage, 'text'>): boolean {
    return !this.blocked?.test(folded(text));
  }
}

/** What looks the same is the same: width, case, accents as they are composed, and marks that nobody sees. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** A whole word, where the script has words: "ass" is not in "class". Chinese, Japanese and Thai write without gaps. */
function patternOf(word: string): string {
  const literal = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const gapless = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
  if (gapless.test(word)) return literal;
  return `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
}
