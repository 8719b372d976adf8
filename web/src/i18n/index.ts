import { createI18n } from 'vue-i18n'
import zh, { type Catalogue } from './zh'

/** Chinese first; English is loaded when it is asked for. */
export type Language = 'zh' | 'en'

const REMEMBERED = 'hongxian.language'
const htmlLang: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

export function createCatalogues() {
  return createI18n<[Catalogue], Language, false>({
    legacy: false,
    locale: 'zh',
    fallbackLocale: 'zh',
    messages: { zh } as Record<Language, Catalogue>,
  })
}

/** The part of vue-i18n's global composer that switching needs. */
export interface Speaker {
  locale: { value: string }
  availableLocales: string[]
  setLocaleMessage(language: Language, catalogue: Catalogue): void
}

/** Speaks a language from now on, and at the next visit. */
export async function speak(speaker: Speaker, language: Language): Promise<void> {
  if (language === 'en' && !speaker.availableLocales.includes('en')) {
    speaker.setLocaleMessage('en', (await import('./en')).default)
  }
  speaker.locale.value = language
  document.documentElement.lang = htmlLang[language]
  remember(language)
}

/** The language of the last visit. */
export function remembered(): Language {
  try {
    return localStorage.getItem(REMEMBERED) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh' // storage may be forbidden
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language)
  } catch {
    // storage may be forbidden: the choice holds for this visit
  }
}
