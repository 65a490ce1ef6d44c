import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { AdmissionRequest } from './request.entity';

@Injectable()
export class RequestRepository {
  constructor(@InjectRepository(AdmissionRequest) private readonly requests: Repository<AdmissionRequest>) {}

  find(conferenceId: string, userId: string, tx: EntityManager): Promise<AdmissionRequest | null> {
    return tx.findOneBy(AdmissionRequest, { conferenceId, userId });
  }

  async insert(request: Omit<AdmissionRequest, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.insert(AdmissionRequest, request);
  }

  count(conferenceId: string, tx: EntityManager): Promise<number> {
    return tx.countBy(AdmissionRequest, { conferenceId });
  }

  /** In the order they came. */
  list(conferenceId: string): Promise<AdmissionRequest[]> {
    return this.requests.find({ where: { conferenceId }, order: { createdAt: 'ASC', userId: 'ASC' } });
  }

  /** @returns null when they don't wait (any more) */
  async take(conferenceId: string, userId: string, tx: EntityManager): Promise<AdmissionRequest | null> {
    const request = await this.find(conferenceId, userId, tx);
    if (!request) return null;
    const { affected } = await tx.delete(AdmissionRequest, { conferenceId, userId });
    return affected === 1 ? request : null;
  }

  async clear(conferenceId: string, tx: EntityManager): Promise<void> {
    await tx.delete(AdmissionRequest, { conferenceId });
  }
}
