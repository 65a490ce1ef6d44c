import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { IsId } from './ids';
import { readCursor, writeCursor } from './page';
import { validationPipe } from './validation';

const TYPED = 'E621E1F8-C36C-495A-93FC-0C247A3E6E5F';
const ID = TYPED.toLowerCase();

class Dto {
  @IsId()
  channelId: string;
}
class ListDto {
  @IsId({ each: true })
  channels: string[];
}
class TextDto {
  @IsString()
  text: string;
}

const read = (value: unknown, metadata: ArgumentMetadata): Promise<unknown> =>
  validationPipe().transform(value, metadata) as Promise<unknown>;
const param = (value: string, data: string) => read(value, { type: 'param', data, metatype: String });

describe('an id that comes in', () => {
  it.each(['id', 'conferenceId', 'deliveryId', 'anyOther'])(
    'has one spelling as :%s of a path',
    async (name) => {
      expect(await param(TYPED, name)).toBe(ID);
      // The number of a conference, or nonsense.
      expect(await param('123 456 789', name)).toBe('123 456 789');
      expect(await param('ABC', name)).toBe('ABC');
    },
  );

  it.each(['userId', 'nodeId'])('is left alone where it is free text: :%s', async (name) => {
    expect(await param(TYPED, name)).toBe(TYPED);
  });

  it.each([
    [Dto, { channelId: TYPED }, { channelId: ID }],
    [ListDto, { channels: [TYPED, ID] }, { channels: [ID, ID] }],
  ])('has one spelling in a body', async (metatype, body, expected) => {
    expect(await read(body, { type: 'body', metatype })).toEqual(expected);
  });

  it.each([
    [Dto, { channelId: 'x' }],
    [Dto, { channelId: [TYPED] }],
    [Dto, {}],
    [ListDto, { channels: ['x'] }],
    [ListDto, { channels: [[TYPED]] }],
  ])('is refused where it is none', async (metatype, body) => {
    await expect(read(body, { type: 'body', metatype })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('what is wrong', () => {
  class Nested {
    @IsInt()
    @Min(1)
    width: number;

    @IsInt()
    @Min(1)
    height: number;
  }
  class Outer {
    @IsDefined()
    @ValidateNested()
    @Type(() => Nested)
    size: Nested;
  }

  it.each([
    [{}, 'size is missing'],
    [{ size: {} }, 'size: width is missing; size: height is missing'],
    [{ size: { width: 0 } }, 'size: width must not be less than 1; size: height is missing'],
    [{ size: { width: 1, height: 1, depth: 1 } }, 'size: property depth should not exist'],
  ])('%j is told by its place, and what is missing as missing', async (body, reason) => {
    await expect(read(body, { type: 'body', metatype: Outer })).rejects.toMatchObject({ args: { reason } });
  });
});

describe('text that no database column takes', () => {
  const refused = { code: 'invalid_input' };

  it.each(['a\0b', '\0', '\ud800', 'a\udc00'])('is refused wherever it comes from: %j', async (text) => {
    const [id, query, body] = [
      { type: 'param', data: 'userId', metatype: String },
      { type: 'query', metatype: TextDto },
      { type: 'body', metatype: Object },
    ] as const;
    await expect(read(text, id)).rejects.toMatchObject(refused);
    await expect(read({ text }, query)).rejects.toMatchObject(refused);
    await expect(read({ a: [{ b: text }] }, body)).rejects.toMatchObject(refused);
    const isNames = (value: unknown): value is string[] => Array.isArray(value);
    expect(() => readCursor(writeCursor([text]), isNames)).toThrow(expect.objectContaining(refused) as Error);
  });

  it('is no other', async () => {
    const text = '连麦 🎤\r\n\u007f';
    expect(await read({ text }, { type: 'query', metatype: TextDto })).toEqual({ text });
  });
});
