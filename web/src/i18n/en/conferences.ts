export const conferences = {
  'conferences.title': 'Conferences',
  'conferences.hint': 'Watch a conference without joining it. It goes on the air when the first viewer asks.',
  'conferences.empty': 'You are in no conference. If you know the number of one, enter it here.',
  'conferences.number': 'Conference number',
  'conferences.people': '{n} in the call',
  'conferences.ended': 'ended',
  'conferences.starting': 'Going on the air…',
  'conferences.over': 'This conference is off the air.',
  'conferences.again': 'Watch again',
};
