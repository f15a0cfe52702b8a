import { type Command, type Finding, found } from './reading'

type Test = (args: readonly string[], command: Command) => boolean

const always: Test = () => true
const unlessHelp: Test = (args) => !args.some((text) => /^(?:--help|-h|--version|-V)$/.test(text))
const has =
  (...words: string[]): Test =>
  (args) =>
    args.some((text) => words.includes(text.toLowerCase()))

/** Commands that stop, wipe or reconfigure the machine, and when. */
const SYSTEM_COMMANDS: Record<string, { does: string; when: Test }> = {
  shutdown: { does: 'stops the machine', when: (args) => !args.includes('-c') && !args.includes('--help') },
  reboot: { does: 'stops the machine', when: unlessHelp },
  halt: { does: 'stops the machine', when: unlessHelp },
  poweroff: { does: 'stops the machine', when: unlessHelp },
  init: { does: 'changes the run level', when: (args) => /^[06sS]$/.test(args[0] ?? '') },
  telinit: { does: 'changes the run level', when: (args) => /^[06sS]$/.test(args[0] ?? '') },
  systemctl: {
    does: 'stops services',
    when: has('stop', 'disable', 'mask', 'kill', 'poweroff', 'reboot', 'halt', 'isolate', 'rescue', 'emergency'),
  },
  service: { does: 'stops services', when: (args) => args[1] === 'stop' },
  launchctl: { does: 'stops services', when: has('unload', 'bootout', 'disable', 'remove') },
  kill: {
    does: 'ends every process',
    when: (args) =>
      args.slice(1).some((text) => text === '-1' || text === '1') || (args.includes('-1') && args.length > 1),
  },
  killall: {
    does: 'ends processes by name',
    when: (args) => args.some((text) => /^-(?:9|KILL|SIGKILL|u)$/i.test(text)),
  },
  pkill: {
    does: 'ends processes by pattern',
    when: (args) => args.some((text) => /^-(?:9|KILL|SIGKILL|u)$/i.test(text)),
  },
  mkswap: { does: 'formats a disk', when: unlessHelp },
  wipefs: { does: 'wipes a disk', when: has('-a', '--all', '-af', '-fa') },
  fdisk: { does: 'partitions a disk', when: (args) => args.length > 0 && !has('-l', '--list')(args, NO_COMMAND) },
  sfdisk: {
    does: 'partitions a disk',
    when: (args) => !args.some((text) => /^-[ldJ]|^--(?:list|dump|json)/.test(text)),
  },
  sgdisk: {
    does: 'partitions a disk',
    when: (args) => args.some((text) => /^-[zZodn]|^--(?:zap|clear|delete)/.test(text)),
  },
  parted: { does: 'partitions a disk', when: has('mklabel', 'mkpart', 'rm', 'resizepart') },
  diskutil: {
    does: 'erases a disk',
    when: (args) => /^(?:erase|reformat|partition|zero|secureerase)/i.test(args[0] ?? ''),
  },
  format: { does: 'formats a disk', when: (args) => /^[a-z]:/i.test(args[0] ?? '') },
  blkdiscard: { does: 'wipes a disk', when: unlessHelp },
  badblocks: { does: 'overwrites a disk', when: has('-w', '-wsv') },
  hdparm: { does: 'erases a disk', when: (args) => args.some((text) => text.startsWith('--security-erase')) },
  cryptsetup: { does: 'overwrites a volume', when: has('luksformat', 'erase', 'lukserase', 'lukskillslot') },
  lvremove: { does: 'deletes a volume', when: always },
  vgremove: { does: 'deletes a volume', when: always },
  pvremove: { does: 'deletes a volume', when: always },
  zfs: { does: 'deletes a file system', when: has('destroy', 'rollback') },
  zpool: { does: 'deletes a pool', when: has('destroy', 'labelclear') },
  btrfs: { does: 'deletes a volume', when: has('delete') },
  mdadm: { does: 'deletes an array', when: has('--zero-superblock', '--remove', '--stop') },
  userdel: { does: 'deletes an account', when: always },
  deluser: { does: 'deletes an account', when: always },
  groupdel: { does: 'deletes a group', when: always },
  passwd: {
    does: 'changes who may sign in',
    when: (args) => args.length > 0 && !has('-s', '--status')(args, NO_COMMAND),
  },
  chpasswd: { does: 'changes passwords', when: always },
  usermod: { does: 'changes an account', when: always },
  visudo: { does: 'changes who may do what', when: (args) => !args.includes('-c') },
  crontab: { does: 'deletes every scheduled job', when: has('-r', '-ri') },
  iptables: { does: 'opens the firewall', when: has('-f', '--flush', '-x', '-p') },
  nft: { does: 'opens the firewall', when: has('flush') },
  ufw: { does: 'opens the firewall', when: has('disable', 'reset') },
  setenforce: { does: 'turns protection off', when: has('0', 'permissive') },
  swapoff: { does: 'turns swap off', when: has('-a') },
  rmmod: { does: 'unloads a kernel module', when: always },
  sysctl: {
    does: 'changes the kernel',
    when: (args) => args.includes('-w') || args.some((text) => text.includes('=')),
  },
  history: { does: 'hides what was done', when: has('-c') },
  journalctl: { does: 'deletes logs', when: (args) => args.some((text) => /^--(?:vacuum|rotate)/.test(text)) },
  'apt-get': { does: 'removes packages', when: has('remove', 'purge', 'autoremove') },
  apt: { does: 'removes packages', when: has('remove', 'purge', 'autoremove') },
  yum: { does: 'removes packages', when: has('remove', 'erase') },
  dnf: { does: 'removes packages', when: has('remove', 'erase') },
}
const NO_COMMAND: Command = { name: '', path: '', args: [], input: { kind: 'none' }, moved: false }

export function judgeSystem(command: Command): Finding[] {
  const { name } = command
  const args = command.args.map(({ text }) => text)
  if (/^(?:mkfs|mke2fs|newfs)(?:\.|$)/.test(name) && unlessHelp(args, command))
    return [found('system', `${name} formats a disk`)]
  const known = Object.hasOwn(SYSTEM_COMMANDS, name) ? SYSTEM_COMMANDS[name]! : undefined
  return known?.when(args, command) ? [found('system', `${name} ${known.does}`)] : []
}
