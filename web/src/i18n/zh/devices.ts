import type { devices as english } from '../en/devices';

export const devices: Record<keyof typeof english, string> = {
  'devices.camera': '摄像头',
  'devices.microphone': '麦克风',
  'devices.unnamed': '设备 {n}',
  'devices.none': '未找到',
  'devices.mirrored': '你 · 镜像',
  'devices.soundOnly': '仅语音',
  'devices.decibel': '{n} dB',
  'devices.cameraWorks': '摄像头画面正常',
  'devices.cameraWaits': '正在等待摄像头…',
  'devices.heard': '已听到你的声音',
  'devices.silent': '请说句话：还没有听到声音',
  'keys.list': '键盘快捷键',
  'keys.space': '空格',
  'keys.mute': '静音 / 取消静音',
  'keys.camera': '开关摄像头',
  'keys.layout': '布局',
  'keys.ingest': '推流',
  'keys.guests': '成员',
  'keys.chat': '聊天',
  'keys.accept': '接受第一个申请',
};
