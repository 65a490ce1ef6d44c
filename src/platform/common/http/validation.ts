import { applyDecorators, type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { type ClassConstructor, type TransformFnParams, Type } from 'class-transformer';
import {
  buildMessage,
  IsObject,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationError,
} from 'class-validator';
import { DomainError } from '../errors';
import { pathParameter } from './ids';
import { requireStorable } from './storable';

class InputPipe extends ValidationPipe {
  /** @throws DomainError invalid_input */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, data: name } = metadata;
    // Not what was sent: the caller, the socket.
    if (type === 'custom') return value;
    requireStorable(value, name);
    const sent: unknown = await super.transform(
      type === 'param' ? pathParameter(name, value) : value,
      metadata,
    );
    return sent;
  }
}

/**
 * The one pipe that reads what clients send, over HTTP and over sockets: ids get their one spelling (IsId does it for a
 * DTO's), text that can't be stored and unknown properties are refused, and every failure is a DomainError invalid_input
 * that names the property.
 */
export function validationPipe(): ValidationPipe {
  return new InputPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => new DomainError('invalid_input', { reason: reasonOf(errors) }),
  });
}

/** Failures in one message; a bad list must not make a page of text. */
const MAX_REASONS = 8;

function reasonOf(errors: ValidationError[]): string {
  const reasons = errors.flatMap((error) => flatten(error, ''));
  return reasons.slice(0, MAX_REASONS).join('; ') || 'malformed';
}

function flatten(error: ValidationError, parent: string): string[] {
  const own = ownReasons(error).map((reason) => (parent ? `${parent}: ${reason}` : reason));
  const path = parent ? `${parent}.${error.property}` : error.property;
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, path))];
}

/** What isn't there is no value out of range. */
function ownReasons({ property, value, constraints }: ValidationError): string[] {
  if (!constraints) return [];
  return value === undefined ? [`${property} is missing`] : Object.values(constraints);
}

/** Control characters, line separators, lone surrogates, and the marks that turn the direction of text around. */
const UNWANTED = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** One line of text for people to read: `min` to `max` characters (code points), none of them UNWANTED. */
export function isPlainText(value: unknown, min: number, max: number): value is string {
  if (typeof value !== 'string' || UNWANTED.test(value)) return false;
  const length = [...value].length;
  return length >= min && length <= max;
}

/** Decorator of isPlainText; pair it with `@Transform(trimmed)`. */
export function IsPlainText(min: number, max: number): PropertyDecorator {
  return ValidateBy({
    name: 'isPlainText',
    constraints: [min, max],
    validator: {
      validate: (value: unknown) => isPlainText(value, min, max),
      defaultMessage: buildMessage(
        (each) =>
          `${each}$property must be one line of ${min} to ${max} characters without control characters`,
      ),
    },
  });
}

/** For `@Transform`: the string without white space around it; anything else as it is. */
export function trimmed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

/** The property may be left out. Unlike class-validator's IsOptional it doesn't let `null` pass unchecked. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** The property may be left out; else it is an object that is valid by this DTO. */
export function OptionalNested(dto: () => ClassConstructor<object>): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), IsObject(), ValidateNested(), Type(dto));
}
