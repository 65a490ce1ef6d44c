/** Query for everything in the tables that has not come to its end: rows of one column, `what`. */
export const UNFINISHED = `
  SELECT 'session ' || id || ' ' || state AS what FROM co_host_sessions WHERE cleaned_at IS NULL
  UNION ALL SELECT 'seat of ' || user_id || ' ' || state FROM co_host_members WHERE state <> 'left'
  UNION ALL SELECT 'invitation ' || id FROM invitations WHERE state = 'pending'
  UNION ALL SELECT 'mix ' || id || ' ' || state FROM mix_tasks WHERE state NOT IN ('stopped', 'failed')
  UNION ALL SELECT 'switch ' || id || ' ' || state FROM mix_switches WHERE cleaned_at IS NULL
  UNION ALL SELECT 'bypass ' || id || ' ' || state FROM bypass_lives WHERE state <> 'idle' OR mix_task_id IS NOT NULL
  UNION ALL SELECT 'conference ' || id FROM conferences WHERE purpose = 'co-host' AND state = 'open'
  UNION ALL SELECT 'member ' || m.user_id || ' ' || m.state FROM conference_members m JOIN conferences c
    ON c.id = m.conference_id WHERE c.purpose = 'co-host' AND m.state <> 'left'`;
