// Whether a window could be shown here at all.
export function hasDisplay(platform = process.platform, env = process.env) {
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
