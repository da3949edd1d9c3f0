/** The form in which text is searched. Text of an erased person is missing. */
export const searchable = (text: string | null | undefined): string => (text ?? '').toLowerCase();
