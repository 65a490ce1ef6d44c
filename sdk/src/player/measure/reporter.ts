import type { QualityReport } from '../../contracts';
import type { RestApi } from '../../rest/api';

/** More than so many at a time are not under way: where nobody takes them they are dropped. */
const MAX_UNDER_WAY = 3;

/** Sends reports of a channel, each once; what becomes of it concerns nobody. */
export function reporter(
  api: Pick<RestApi, 'reportQuality'>,
  channelId: string,
): (report: QualityReport) => void {
  let underWay = 0;
  return (report) => {
    if (underWay >= MAX_UNDER_WAY) return;
    underWay += 1;
    const over = () => void (underWay -= 1);
    api.reportQuality(channelId, report).then(over, over);
  };
}
