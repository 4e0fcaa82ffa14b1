// Texts of the host.
export const host = {};
