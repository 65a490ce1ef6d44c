import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import type { UserRole } from '../../contracts';
import type { Caller } from '../caller';
import { LoginCode } from './login-code.entity';

@Injectable()
export class LoginCodeRepository {
  constructor(@InjectRepository(LoginCode) private readonly codes: Repository<LoginCode>) {}

  /** Adds a code and removes those that nobody used in time. */
  async add(code: Omit<LoginCode, 'apiKeyId'> & { apiKeyId?: string }): Promise<void> {
    await this.codes.delete({ expiresAt: LessThan(new Date()) });
    await this.codes.insert(code);
  }

  /** Removes the code; of any number of concurrent calls one gets its user, the others null. */
  async take(codeHash: string): Promise<Caller | null> {
    const taken = await this.codes
      .createQueryBuilder()
      .delete()
      .where('code_hash = :codeHash AND expires_at > now()', { codeHash })
      .returning(['userId', 'name', 'role', 'apiKeyId'])
      .execute();
    const [row] = taken.raw as { user_id: string; name: string; role: UserRole; api_key_id: string | null }[];
    if (!row) return null;
    const { user_id: userId, name, role, api_key_id: apiKeyId } = row;
    return { userId, name, role, ...(apiKeyId !== null && { apiKeyId }) };
  }
}
