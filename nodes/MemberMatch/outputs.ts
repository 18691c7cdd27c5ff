/** The outputs of Member Match. */
export const MATCHED = 0;
export const NOT_MATCHED = 1;
