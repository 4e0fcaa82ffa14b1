// Texts of the screens.
export const screens = {};
